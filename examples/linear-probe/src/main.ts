/**
 * What is an encoder worth? Nearest neighbours and logistic regression on its features with few and with many labels,
 * beside the same on raw pixels.
 */
import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {useBackend} from '@contrastive/backend';
import {cifar10, fashionMnist, subset, type IndexedSource} from '@contrastive/data';
import {extractFeatures, knn, labelSubset, probe, selectRows} from '@contrastive/linear-probe';
import {loadEncoder} from '@contrastive/weights';

const settings = {
  labels: [100, 1_000, 10_000], // that a classifier is given: 1 %, 10 % and all of the bundled training images
  neighbours: 20, // that vote; usual: 200, but with 100 labels a class has only ten
} as const;

async function main(): Promise<void> {
  const text = {type: 'string'} as const;
  const {values: given} = parseArgs({options: {encoder: text, data: text, images: text, seed: text, out: text}});
  const seed = whole('seed', given.seed, 1, 0);
  const most = whole('images', given.images, Infinity);
  await useBackend();
  const directory = given.encoder ?? 'runs/simclr/encoder';
  const encoder = await loadEncoder(directory);
  const train = await open('train', given.data, most);
  const test = await open('test', given.data, most);
  console.log(`${directory} and raw pixels: ${train.length} training images, ${test.length} test images`);

  const budgets = [...new Set(settings.labels.map(labels => Math.min(labels, train.length)))];
  const results: Record<string, string | number>[] = [];
  for (const [name, network] of [
    ['raw pixels', null],
    ['encoder', encoder],
  ] as const) {
    // Numbers that describe each image, once for all that follows. The encoder stays bit for bit as it is.
    const known = await extractFeatures(network, train);
    const unseen = await extractFeatures(network, test);
    for (const labels of budgets) {
      // Both classifiers get the labels of the same images, as many of each class. They look at the test images once;
      // nothing is chosen by them.
      const few = selectRows(known, labelSubset(known.labels ?? new Int32Array(0), labels, seed));
      const nearest = await knn(few, unseen, {k: settings.neighbours});
      const [logistic] = await probe(known, unseen, {labels: [labels], seed});
      results.push({features: name, labels, knn: nearest.accuracy, logisticRegression: logistic.accuracy});
      console.log(
        `${name.padEnd(10)}  ${labels} labels  kNN ${percent(nearest.accuracy)}  logistic regression ` +
          percent(logistic.accuracy),
      );
    }
  }
  encoder.dispose();

  const out = given.out ?? 'runs/linear-probe';
  mkdirSync(out, {recursive: true});
  writeFileSync(
    join(out, 'results.json'),
    `${JSON.stringify({encoder: directory, seed, settings, results}, null, 2)}\n`,
  );
  console.log(`Results: ${join(out, 'results.json')}`);
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}

/**
 * The first `most` images of a split: of the bundled Fashion-MNIST, or of the files of Fashion-MNIST or CIFAR-10 in a
 * directory.
 */
async function open(split: 'train' | 'test', directory: string | undefined, most: number): Promise<IndexedSource> {
  const cifar =
    directory !== undefined &&
    ['cifar-10-batches-bin', 'test_batch.bin'].some(name => existsSync(join(directory, name)));
  const source = cifar ? await cifar10({directory, split}) : await fashionMnist({directory, split});
  return subset(
    source,
    Array.from({length: Math.min(most, source.length)}, (_, i) => i),
  );
}

/** A whole number of the command line, or `otherwise` where it is not given. */
function whole(name: string, text: string | undefined, otherwise: number, least = 1): number {
  const value = text === undefined ? otherwise : Number(text);
  if (text === undefined || (Number.isSafeInteger(value) && value >= least)) return value;
  throw new RangeError(`--${name} must be a whole number from ${least}, got "${text}".`);
}

// Messages say what to do; CONTRASTIVE_DEBUG=1 shows where they come from.
await main().catch((error: unknown) => {
  console.error(error instanceof Error && !process.env.CONTRASTIVE_DEBUG ? error.message : error);
  process.exitCode = 1;
});
