import {join} from 'node:path';
import {useBackend, type Backend} from '@contrastive/backend';
import {connect, type Ranks} from '@contrastive/distributed';
import {count, duration, open, save, type Images, type Output} from '@contrastive/example';
import {checkExport} from '@contrastive/weights/node';
import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {evaluate} from './evaluate.js';
import {encoders} from './figures.js';
import {intervalsOf} from './intervals.js';
import {meaning} from './meaning.js';
import type {Options} from './options.js';
import {createAugment, createEncoder, pretrain} from './pretrain.js';
import {renderReport, reportOf} from './report/report.js';
import {resultsTable} from './results-table.js';
import {createRunFolder} from './run-folder.js';
import {quickstart, smoke, type Settings} from './settings.js';
import {versionsOf, type Summary} from './summary.js';
import {supervise} from './supervise.js';

/** What a run may be told besides the command line. */
export interface RunOptions extends Options {
  /** In place of those of the quickstart or of the quick run. */
  readonly settings?: Settings;
  /** Where results go, in place of `out`. */
  readonly folder?: string;
  /** Where the text goes; the terminal by default. */
  readonly output?: Output;
  /** Seconds that were spent before this call. */
  readonly setupSeconds?: number;
  /** The processes that share each batch; this one alone by default. */
  readonly communicator?: Ranks;
}

/** Where a run writes, relative to where the command runs. */
export const folderOf = ({smoke, out}: Pick<Options, 'smoke' | 'out'>): string =>
  out ?? (smoke ? 'runs/quickstart-smoke' : 'runs/quickstart');

const settingsOf = ({settings, smoke: quick, epochs}: RunOptions): Settings => {
  const given = settings ?? (quick ? smoke : quickstart);
  return {...given, epochs: epochs ?? given.epochs};
};

/** Where to compute, on which images, and the network that is to learn. */
async function prepare(
  options: RunOptions,
  settings: Settings,
): Promise<{backend: Backend; train: Images; encoder: LayersModel}> {
  const backend = await useBackend(options.backend);
  if (!backend.canTrain)
    throw new Error(
      `quickstart: the backend ${backend.name} cannot train. Use --backend tensorflow or --backend wasm.`,
    );
  const train = await open('train', undefined, settings.trainImages);
  return {backend, train, encoder: createEncoder(train, settings, options.seed, true)};
}

/** What each process but the first does: it trains with its share of each batch, and leaves the rest to the first. */
export async function assist(options: RunOptions, communicator: Ranks): Promise<void> {
  const settings = settingsOf(options);
  const {train, encoder} = await prepare(options, settings);
  try {
    const augment = createAugment(train, settings);
    await pretrain({encoder, images: train, augment, seed: options.seed, communicator}, settings);
    await communicator.close();
  } finally {
    encoder.dispose();
  }
}

/** Trains an encoder without labels, measures what its features are worth, and writes what a reader wants to see. */
export async function run(options: RunOptions): Promise<Summary> {
  const {seed, output = process.stdout, setupSeconds = 0, communicator = await connect()} = options;
  const settings = settingsOf(options);
  const say = (line: string) => output.write(`${line}\n`);
  const began = performance.now();
  const {backend, train, encoder} = await prepare(options, settings);
  const test = await open('test', undefined, settings.testImages);
  const augment = createAugment(train, settings);
  const untrained = createEncoder(train, settings, seed, false);
  const weights = encoder.trainableWeights.reduce((sum, {shape}) => sum + tf.util.sizeFromShape(shape as number[]), 0);
  try {
    const folder = createRunFolder(options.folder ?? folderOf(options));
    const encoderPath = join(folder.path, 'encoder');
    await checkExport(encoderPath, {overwrite: true});
    const ready = performance.now();
    say(
      `SimCLR on Fashion-MNIST with ${backend.name} ${backend.version} (${backend.device.toUpperCase()}), seed ${seed}`,
    );

    if (folder.earlier !== undefined) say(`What was in ${folder.path} is kept in ${folder.earlier}`);
    say(`Training an encoder of ${count(weights)} weights on ${count(train.length)} images, without their labels`);
    if (communicator.size > 1) say(`${communicator.size} processes share each batch, by ${communicator.library ?? ''}`);
    const curve = await pretrain({encoder, images: train, augment, seed, communicator, folder, output}, settings);
    await communicator.close(); // the others have done their part
    const trained = performance.now();
    await save(encoder, encoderPath);

    // Was it worth it? Compare with no network, with the same network before training, and with what labels teach it.
    say(`Measuring on ${count(test.length)} test images`);
    const measured = {encoders: {raw: null, untrained, trained: encoder}, train, test};
    const {probe, knn, features, predictions} = await evaluate(measured, settings, seed, (name, seconds) => {
      say(`  ${encoders[name].padEnd(13)} ${duration(seconds)}`);
    });
    say('Training the same network on labels, for comparison');
    const {scores: supervised, predictions: taught} = await supervise(
      {train, test},
      settings,
      seed,
      (labels, seconds) => {
        say(`  ${`${count(labels)} labels`.padEnd(13)} ${duration(seconds)}`);
      },
    );
    const figures = {probe, knn, supervised, testImages: test.length};
    const results = {smoke: options.smoke, seed, backend, settings, ...figures, trainSeconds: (trained - ready) / 1000};
    const shown = {images: {train, test}, augment, curve, features, predictions: {trained: predictions, taught}};
    folder.write('report.png', await renderReport(await reportOf({...results, ...shown})));
    const done = performance.now();

    const setup = setupSeconds + (ready - began) / 1000;
    const summary: Summary = {
      smoke: options.smoke,
      seed,
      backend: backend.name,
      device: backend.device,
      versions: versionsOf(backend),
      settings,
      seconds: {
        setup,
        train: (trained - ready) / 1000,
        evaluate: (done - trained) / 1000,
        total: setup + (done - ready) / 1000,
      },
      ...figures,
      intervals: intervalsOf(figures),
    };
    folder.write('summary.json', `${JSON.stringify(summary, null, 2)}\n`);

    const {seconds} = summary;
    const title = 'Test images classified right, by how many labels were given, with 95 % intervals (Wilson)';
    const table = resultsTable(figures, output.isTTY);
    // What a table of nothing means is said before it, so that nobody wonders.
    for (const part of summary.smoke ? [meaning(summary), title, table] : [title, table, meaning(summary)])
      say(`\n${part}`);
    say('');
    say(`Written: ${folder.present().join(', ')}`);
    say(
      `Time: set-up ${duration(seconds.setup)}, training ${duration(seconds.train)}, measuring ` +
        duration(seconds.evaluate),
    );
    return summary;
  } finally {
    encoder.dispose();
    untrained.dispose();
  }
}
