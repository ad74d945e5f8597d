/**
 * How long it takes to compare each of many embeddings with every other, as `contrastive duplicates` does after it has
 * compared some of them with all, and to search among them:
 * `node testing/programs/search-times.mjs [ROWS] [COLUMNS]`. Each is a process of its own, whose memory is told too;
 * CONTRASTIVE_BACKEND says where it computes.
 */
import {spawnSync} from 'node:child_process';
import {loadavg} from 'node:os';
import {fileURLToPath} from 'node:url';
import {useBackend} from '@contrastive/backend';
import {nearest, prepareBank, similarPairs} from '@contrastive/linear-probe';

const [rows = 100_000, columns = 512, what = ''] = process.argv
  .slice(2)
  .map((text, i) => (i < 2 ? Number(text) : text));

/** Rows in a cluster; one of so many is nearly the row before. */
const [CLUSTER, COPY] = [50, 20];
const LEAST = 0.98;

/** A number in [−1, 1) of a stream (Marsaglia's xorshift). */
function createNoise(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 2 ** 31;
  };
}

/** Clusters of embeddings of length 1, a similarity of about 0.7 within, with near copies. */
function embeddings() {
  const noise = createNoise(12345);
  const data = new Float32Array(rows * columns);
  const centre = new Float32Array(columns);
  for (let row = 0; row < rows; row++) {
    if (row % CLUSTER === 0) for (let i = 0; i < columns; i++) centre[i] = noise();
    const at = row * columns;
    const copy = row % COPY === COPY - 1;
    let square = 0;
    for (let i = 0; i < columns; i++) {
      const value = copy ? data[at - columns + i] + 0.005 * noise() : centre[i] + 0.65 * noise();
      data[at + i] = value;
      square += value * value;
    }
    for (let i = 0; i < columns; i++) data[at + i] /= Math.sqrt(square);
  }
  return {data, rows, columns};
}

const megabytes = bytes => `${Math.round(bytes / 1e6)} MB`;

async function timed(name, action) {
  const [began, used] = [performance.now(), process.cpuUsage()];
  const said = await action();
  const {user, system} = process.cpuUsage(used); // what other programs do not change
  const seconds = (performance.now() - began) / 1000;
  const peak = megabytes(process.resourceUsage().maxRSS * 1024);
  console.log(
    `${name}: ${seconds.toFixed(seconds < 10 ? 3 : 1)} s, ${((user + system) / 1e6).toFixed(1)} s of the cores, ` +
      `peak of the process ${peak}${said}`,
  );
}

/** Of so many rows, the first. */
const some = ({data}, count) => ({data: data.slice(0, count * columns), rows: count, columns});

async function prepared(features) {
  let bank;
  await timed(`Preparing ${rows} rows of ${columns}`, async () => {
    bank = prepareBank(features);
    return '';
  });
  return bank;
}

const trials = {
  async duplicates(features) {
    const bank = await prepared(features);
    await timed(`The 13 nearest of 1000 among ${rows}`, async () => {
      await nearest(bank, some(features, 1000), 13);
      return '';
    });
    await timed(`All pairs that reach ${LEAST}`, async () => {
      const {first} = await similarPairs(bank, LEAST);
      return `; ${first.length} pairs`;
    });
  },
  async search(features) {
    const bank = await prepared(features);
    for (const turn of ['first', 'second', 'third'])
      await timed(`The ${turn} search for 1 among ${rows}`, async () => {
        const {rows: found} = await nearest(bank, some(features, 1), 10);
        return found[0] === 0 ? '' : '; it did not find itself';
      });
    await timed('The same, not prepared', async () => {
      await nearest(features, some(features, 1), 10);
      return '';
    });
  },
};

if (what === '') {
  for (const trial of Object.keys(trials)) {
    const [program] = [fileURLToPath(import.meta.url)];
    spawnSync(process.execPath, [program, rows, columns, trial].map(String), {stdio: 'inherit'});
  }
} else {
  const {name} = await useBackend();
  const features = embeddings();
  const before = megabytes(process.memoryUsage().rss);
  console.log(`${what} on ${name}: ${before} with the embeddings; load ${loadavg()[0].toFixed(1)}`);
  await trials[what](features);
}
