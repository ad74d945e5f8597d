import {statSync} from 'node:fs';
import {join, resolve} from 'node:path';
import type {Source} from '@contrastive/data';
import {prepareBank, similarPairs} from '@contrastive/linear-probe';
import {indexFolder, openIndex, type Indexed} from '../../data/feature-index.js';
import {readPlaces} from '../../data/kept-places.js';
import {checkChannels, checkData, openIndexed, type Data} from '../../data/open-data.js';
import {checkEncoder, openEncoder} from '../../encoder/open-encoder.js';
import {printable} from '../../escape/terminal.js';
import {checkFile} from '../../output/check-file.js';
import {startBackend} from '../../output/compute.js';
import type {Output} from '../../output/output.js';
import {tellBad} from '../../output/tell-bad.js';
import {count, counted} from '../../output/words.js';
import type {Context} from '../../program/command.js';
import type {Values} from '../../program/setting.js';
import {UsageError} from '../../program/usage-error.js';
import {writeWhole} from '../../run/run-folder.js';
import {calibrate} from './calibrate.js';
import {doubt, explain} from './explain.js';
import {groupPairs, type Pair} from './groups.js';
import type {settings} from './index.js';
import {likeness, readSmall} from './likeness.js';
import {csvOf, drawGroups, type Group} from './present.js';

const where = 'contrastive duplicates';

/** Pairs whose pixels are compared together: their images take 14 MB. */
const TOGETHER = 1000;

/** The pairs that agree in their pixels too. */
async function confirmed(
  source: Source,
  bank: Indexed,
  least: number,
  pairs: readonly Omit<Pair, 'likeness'>[],
  output: Output,
): Promise<Pair[]> {
  const found: Pair[] = [];
  const progress = output.progress({about: 'Comparing pixels', total: pairs.length, unit: 'pairs'});
  try {
    for (let from = 0; from < pairs.length; from += TOGETHER) {
      const some = pairs.slice(from, from + TOGETHER);
      const indexOf = (row: number): number => bank.indices[row];
      const small = await readSmall(
        source,
        some.flatMap(({first, second}) => [indexOf(first), indexOf(second)]),
      );
      for (const pair of some) {
        const [one, other] = [small.get(indexOf(pair.first)), small.get(indexOf(pair.second))];
        const alike = one && other ? likeness(one, other) : -1;
        if (alike >= least) found.push({...pair, likeness: alike});
      }
      progress.update(Math.min(from + TOGETHER, pairs.length));
    }
  } finally {
    progress.stop();
  }
  return found;
}

/** The bytes of a file, where an image is one. */
function sizeOf(path: string, files: boolean): number | undefined {
  if (!files) return undefined;
  try {
    return statSync(path).size;
  } catch {
    return undefined; // it went meanwhile
  }
}

/** Groups with all that is said of them. */
function describe(
  groups: readonly number[][],
  pairs: readonly Pair[],
  bank: Indexed,
  source: Source,
  files: boolean,
): Group[] {
  const known = new Map(pairs.map(pair => [`${pair.first} ${pair.second}`, pair]));
  return groups.map(rows => {
    const images = rows.map(row => {
      const index = bank.indices[row];
      const name = source.nameOf(index);
      return {row, index, name, bytes: sizeOf(name, files)};
    });
    // The largest file has lost the least; of equal ones the first.
    const [best] = [...images].sort((a, b) => (b.bytes ?? 0) - (a.bytes ?? 0) || a.row - b.row);
    return images.map(image => {
      const key = [Math.min(best.row, image.row), Math.max(best.row, image.row)].join(' ');
      const pair = known.get(key);
      return {...image, best: image === best, similarity: pair?.similarity ?? 1, likeness: pair?.likeness ?? 1};
    });
  });
}

/** Finds groups of near-duplicates. */
export async function duplicates(told: Values<typeof settings>, {output}: Context): Promise<void> {
  const {
    run,
    data: spec,
    out = 'duplicates',
    falseAlarms: rate = 0.01,
    overwrite = false,
    index,
    seed = 1,
    workers,
  } = told;
  const [html, csv] = [join(out, 'duplicates.html'), join(out, 'duplicates.csv')];
  checkEncoder(where, run);
  checkData(where, spec);
  for (const file of [html, csv]) await checkFile(where, file, overwrite);
  await startBackend(told.backend, output);
  const opened = await openEncoder(where, run);
  const {channels} = opened.preparation;
  let data: Data<Source> | undefined;
  try {
    const places = await readPlaces(indexFolder(run, resolve(spec), channels, index));
    data = await openIndexed(where, spec, {channels, ...places, ...(workers !== undefined && {workers})});
    const {source, files} = data;
    checkChannels(where, data, channels);
    const bank = await openIndex(indexFolder(run, data.spec, channels, index), opened, data, output);
    tellBad(source.bad, output);
    if (bank.rows < 2)
      throw new UsageError(`${where}: expected two images or more that can be read, got ${bank.rows}; add some.`);
    const prepared = prepareBank(bank);
    const calibration = await calibrate(opened.encoder, source, prepared, {rate, seed}, output);
    const {threshold} = calibration;
    const decided = explain(calibration, rate);
    const said = decided.map(([label, text]) => `  ${label.padEnd(12)}  ${text}`);
    output.say(`What counts, found on your own images:\n${said.join('\n')}`);
    output.record({event: 'threshold', ...threshold, rate, tried: calibration.tried, misses: calibration.misses});
    const progress = output.progress({
      about: 'Comparing images',
      total: (bank.rows * (bank.rows - 1)) / 2,
      unit: 'pairs',
    });
    const near = await similarPairs(prepared, threshold.similarity, {
      onProgress: done => {
        progress.update(done);
      },
    }).finally(() => {
      progress.stop();
    });
    const candidates = Array.from(near.first, (first, i) => ({
      first,
      second: near.second[i],
      similarity: near.similarities[i],
    }));
    const pairs = await confirmed(source, bank, threshold.likeness, candidates, output);
    const grouped = groupPairs(pairs);
    const groups = describe(grouped, pairs, bank, source, files);
    const within = grouped.reduce((sum, {length}) => sum + (length * (length - 1)) / 2, 0);
    const images = grouped.reduce((sum, {length}) => sum + length, 0);
    await writeWhole(csv, csvOf(groups));
    await writeWhole(html, await drawGroups(groups, data, bank.rows, decided));
    for (const group of groups)
      output.record({
        event: 'group',
        images: group.map(({name, similarity, best}) => ({path: name, similarity, best})),
      });
    const rejected = candidates.length - pairs.length;
    output.record({event: 'duplicates', groups: groups.length, images, pairs: pairs.length, rejected});
    output.say(
      groups.length === 0
        ? `\nNo near-duplicates found: ${counted(bank.rows, 'image')} were compared` +
            (rejected > 0 ? `, and ${counted(rejected, 'pair')} that came near enough differ in their pixels` : '') +
            `.\nTo look at: ${printable(html)}`
        : `\n${counted(groups.length, 'group')} of ${counted(images, 'image')}; of ` +
            `${counted(candidates.length, 'pair')} that came near enough, ${count(rejected)} differ in their pixels` +
            (pairs.length > within ? `, ${count(pairs.length - within)} join images of two groups` : '') +
            `.${doubt(calibration)}` +
            `\nTo look at: ${printable(html)}\nTo act on:  ${printable(csv)}\nNothing was deleted.`,
    );
  } finally {
    await data?.source.close();
    opened.encoder.dispose();
  }
}
