/**
 * What is an encoder worth? Nearest neighbours and logistic regression on its features with few and with many labels,
 * beside the same on raw pixels.
 */
import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {labelSubset} from '@contrastive/data';
import {example, percent} from '@contrastive/example';
import {extractFeatures, knn, probe, selectRows} from '@contrastive/linear-probe';
import {loadEncoder} from '@contrastive/weights/node';

const defaults = {
  labelCounts: [100, 1_000, 10_000], // that a classifier is given: 1 %, 10 % and all of the bundled training images
  neighbours: 20, // that vote; usual: 200, but with 100 labels a class has only ten
} as const;

await example(
  {command: 'linear-probe --data --encoder', encoders: []},
  defaults,
  async ({settings, seed, out, given, open}) => {
    const {labelCounts, neighbours} = settings;
    const directory = given.encoder ?? 'runs/simclr/encoder';
    if (given.encoder === undefined && !existsSync(directory))
      throw new Error(
        `linear-probe: expected an encoder in ${directory}, got none; run npm run example -- simclr first, or give ` +
          'the directory of another one as --encoder.',
      );
    const encoder = await loadEncoder(directory);
    const [train, test] = [await open('train'), await open('test')];
    console.log(`${directory} and raw pixels: ${train.length} training images, ${test.length} test images`);

    const budgets = [...new Set(labelCounts.map(labels => Math.min(labels, train.length)))];
    const results = [];
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
        const nearest = await knn(few, unseen, {k: neighbours});
        const [logistic] = await probe(known, unseen, {labelCounts: [labels], seed});
        results.push({features: name, labels, knn: nearest.accuracy, logisticRegression: logistic.accuracy});
        console.log(
          `${name.padEnd(10)}  ${labels} labels  kNN ${percent(100 * nearest.accuracy)}  logistic regression ` +
            percent(100 * logistic.accuracy),
        );
      }
    }
    encoder.dispose();

    const file = join(out, 'results.json');
    mkdirSync(out, {recursive: true});
    writeFileSync(file, `${JSON.stringify({encoder: directory, seed, labelCounts, neighbours, results}, null, 2)}\n`);
    console.log(`Results: ${file}`);
  },
);
