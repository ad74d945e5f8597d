/**
 * The lecture's table of transfer in small: what are features of one set of pictures worth on others? By a linear model
 * and fine-tuned, from contrastive training, from supervised training on the same pictures, and from a random start.
 */
import {mkdirSync} from 'node:fs';
import {basename, join} from 'node:path';
import {example, openCells, percent, untilStopped} from '@contrastive/example';
import {openTransferData, prepareTransferData} from '@contrastive/example-transfer-data';
import {formatTransferTable, transfer, type TransferCell} from '@contrastive/linear-probe';
import {cellsName} from './cells-name.js';
import {differences} from './differences.js';
import {fewOf} from './few.js';
import {fineTuned, linear, type Pictures} from './protocols.js';
import {startsOf} from './starts.js';

const defaults = {
  size: 24, // pixels of a view; the pictures have 64, and the papers' 224
  depths: [1, 1, 1, 1], // half the blocks of ResNet-18
  width: 16, // channels of the first stage, a quarter of ResNet-18's
  batchSize: 128, // of all trainings
  steps: 2_000, // of each of the two trainings on the clip art
  learningRate: 0.12, // of both, as in the quickstart
  weightDecay: 1e-4,
  temperature: 0.2, // of NT-Xent, for batches far smaller than the paper's
  penalties: [1e1, 1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5], // of the linear model; paper: 45 values
  tuneSteps: 300, // of each fine-tuning; paper: 20,000
  tuneRates: [0.2, 0.6], // of 256 pictures, of which validation pictures choose; paper: 7 up to 0.1, for long trainings
  images: Infinity, // of each part, at most
} as const;

await example({command: 'transfer', encoders: []}, defaults, async ({settings, seed, out}) => {
  const {emoji, openclipart, leftOut} = await prepareTransferData();
  for (const {name, reason} of leftOut) console.log(`${name} is left out: ${reason}`);
  if (openclipart === undefined || emoji === undefined)
    throw new Error('transfer: expected clip art and emoji, got none; see why above, and npm run transfer-data.');

  // All of its pictures may be learned from: it is transferred from, not to.
  const few = fewOf(settings.images, seed);
  const clipArt = await openTransferData(openclipart);
  const source = few(clipArt.train);
  const targets: Pictures[] = [];
  for (const split of ['by-picture', 'by-vendor']) {
    const {train, validation, test} = await openTransferData(emoji, {split});
    const about = {split, images: settings.images, pictures: basename(emoji)};
    const parts = {train: few(train), validation: few(validation), test: few(test)};
    targets.push({name: `emoji ${split}`, metric: 'meanPerClassAccuracy', about, ...parts});
  }

  mkdirSync(out, {recursive: true});
  const {trained, random, baseline, raw} = await startsOf(
    source,
    {...settings, pictures: basename(openclipart)},
    seed,
    out,
  );

  // Cells of earlier runs are taken as they are: what was stopped goes on, and other seeds come to the same table.
  const path = join(out, cellsName(settings, defaults));
  const file = openCells(path);
  const options = {
    seeds: [seed],
    finished: file.cells,
    onCell: (cell: TransferCell, {done, total}: {readonly done: number; readonly total: number}) => {
      file.add(cell);
      const {dataSet, start, protocol, value, seconds} = cell;
      console.log(
        `${done}/${total}  ${protocol}, ${start} on ${dataSet}: ${percent(100 * value)}  ${seconds.toFixed(0)} s`,
      );
    },
  };
  const found: TransferCell[] = [];
  await untilStopped('transfer', out, async signal => {
    found.push(...(await transfer(targets, [...trained, baseline, raw], [linear(settings)], {...options, signal})));
    found.push(...(await transfer(targets, [...trained, random], [fineTuned(settings)], {...options, signal})));
  });
  // With those of other seeds, but of none that other pictures were measured on.
  const measurements = new Set(found.map(({digest}) => digest));
  const cells = file.cells.filter(({digest}) => measurements.has(digest));

  console.log(`\nTransfer from ${source.length} pieces of clip art to emoji\n`);
  console.log(formatTransferTable(cells));
  const paired = differences(cells);
  if (paired !== '') console.log(`\nDifferences by seed, points, with 95 % intervals\n\n${paired}`);
  if (Number.isFinite(settings.images))
    console.log('\nA quick run: it shows that everything works, and its figures mean nothing.');
  console.log(`\nEmoji of Twitter: CC BY 4.0. All cells: ${path}`);
  for (const {encoder} of [...trained, random, baseline]) encoder.dispose();
  for (const {train} of [clipArt, ...targets]) await train.close();
});
