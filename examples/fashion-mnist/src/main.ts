/**
 * Fashion-MNIST as the papers measure: raw pixels, a random network, supervised training, SimCLR and MoCo v2; by kNN,
 * by linear models on frozen features, with few labels, and fine-tuned. Each figure has its interval.
 */
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {example, open, openCells, percent, untilStopped} from '@contrastive/example';
import {prepareTransferData} from '@contrastive/example-transfer-data';
import {transfer, type TransferCell} from '@contrastive/linear-probe';
import * as tf from '@tensorflow/tfjs-core';
import {confusionPictures} from './confusion.js';
import {partsOf} from './pictures.js';
import {planOf, roundsOf} from './plan.js';
import {columnsOf} from './protocols.js';
import {resultsOf, type Results} from './results.js';
import {defaults} from './settings.js';
import {startOf} from './starts.js';
import {page, terminalTables} from './tables.js';

/** Draws all that is drawn from the results, beside them. */
async function draw(results: Results, folder: string): Promise<void> {
  console.log(`\n${terminalTables(results)}`);
  writeFileSync(join(folder, 'fashion-mnist.md'), page(results));
  for (const {name, bytes} of await confusionPictures(results)) writeFileSync(join(folder, name), bytes);
}

await example({command: 'fashion-mnist --results', encoders: []}, defaults, async told => {
  const {settings, seed, given} = told;
  const quick = Number.isFinite(settings.images);
  const out = quick ? join(told.out, 'quick') : told.out; // its checkpoints are no beginning of the benchmark's
  mkdirSync(out, {recursive: true});
  if (given.results !== undefined) {
    await draw(JSON.parse(readFileSync(given.results, 'utf8')) as Results, out);
    return;
  }

  // All 70,000 images; of a quick run a few of the bundled ones.
  const {fashionMnist, leftOut} = quick ? {leftOut: []} : await prepareTransferData({only: ['fashionMnist']});
  if (!quick && fashionMnist === undefined)
    throw new Error(
      `fashion-mnist: expected the files of Fashion-MNIST, got none (${leftOut[0].reason}); see npm run transfer-data.`,
    );
  const openSplit = quick ? told.open : (split: 'train' | 'test') => open(split, fashionMnist);
  const pictures = partsOf(await openSplit('train'), await openSplit('test'), settings.validation);

  const seeds = Array.from({length: settings.seedCount}, (_, i) => seed + i);
  const columns = columnsOf(settings, pictures.whole.length);
  const rounds = roundsOf(seeds, columns);
  for (const line of await planOf(rounds, pictures, settings)) console.log(line);

  // Cells of earlier runs are taken as they are, so what was stopped goes on.
  const file = openCells(join(out, 'cells.jsonl'));
  const done: TransferCell[] = [];
  const about = {
    ...{quick, settings, classNames: pictures.whole.classNames ?? []},
    versions: {node: process.versions.node, 'TensorFlow.js': tf.version_core, backend: tf.getBackend()},
    columns: columns.map(({name}) => name),
  };
  const total = rounds.flatMap(({parts}) => parts.flatMap(part => part.columns)).length;
  await untilStopped('fashion-mnist', out, async signal => {
    for (const {seed: own, parts} of rounds) {
      for (const {kind, columns: protocols} of parts) {
        const start = startOf(kind, pictures, settings, own, out);
        try {
          const before = done.length;
          const onCell = (cell: TransferCell, progress: {readonly done: number}): void => {
            file.add(cell);
            const {start: name, protocol, value, seconds} = cell;
            const at = `${before + progress.done}/${total}`;
            console.log(`${at}  ${name}, ${protocol}, seed ${own}: ${percent(100 * value)}  ${seconds.toFixed(0)} s`);
          };
          const options = {seeds: [own], finished: file.cells, onCell, signal};
          done.push(...(await transfer([pictures], [start], protocols, options)));
        } finally {
          start.encoder.dispose();
        }
        writeFileSync(join(out, 'results.json'), `${JSON.stringify(resultsOf(done, about), null, 1)}\n`);
      }
    }
  });
  await draw(JSON.parse(readFileSync(join(out, 'results.json'), 'utf8')) as Results, out);
  console.log(`\nIn ${out}: results.json, fashion-mnist.md, pictures, all cells in cells.jsonl`);
});
