import {basename, join} from 'node:path';
import type {Source} from '@contrastive/data';
import type {FineTuneResult} from '@contrastive/linear-probe';
import {checkExport, exportEncoder} from '@contrastive/weights/node';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {checkSplits, openSplits, type Splits} from '../../data/splits.js';
import {checkEncoder, openEncoder, type OpenedEncoder} from '../../encoder/open-encoder.js';
import {untrained} from '../../encoder/untrained.js';
import {printable} from '../../escape/terminal.js';
import {startBackend} from '../../output/compute.js';
import type {Output} from '../../output/output.js';
import {table} from '../../output/table.js';
import {tellBad} from '../../output/tell-bad.js';
import {counted, percent} from '../../output/words.js';
import type {Context} from '../../program/command.js';
import type {Values} from '../../program/setting.js';
import {stopBySignals} from '../../program/stop-signals.js';
import {UsageError} from '../../program/usage-error.js';
import {reserved, writeWhole} from '../../run/run-folder.js';
import {checkBegun, openBegun, type Kept} from './begun.js';
import type {settings} from './index.js';
import {rawPixels, rowOf, trainFrom, type Row} from './train-from.js';

const where = 'contrastive finetune';

type Told = Values<typeof settings>;

/** What is trained, and for comparison. */
const [PIXELS, RANDOM, OURS] = ['raw pixels, linear', 'random weights (supervised)', 'the encoder'];

/** Throws unless each class has two images to learn from: one is held out to choose settings by. */
function checkEachClass({labels = new Int32Array(), classNames}: Source): void {
  const counts = new Map(classNames?.map((_, label) => [label, 0]));
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  for (const [label, count] of counts) {
    if (count >= 2) continue;
    throw new UsageError(
      `${where}: expected two images of each class or more to learn from as --train, got ${count} of ` +
        `${classNames?.[label] ?? label}; add some, or take the class out.`,
    );
  }
}

/** Trains from each start that is not done; gives the figures, and the network that came of the encoder. */
async function trainAll(
  opened: OpenedEncoder,
  splits: Splits,
  told: Told,
  begun: Kept,
  output: Output,
): Promise<{readonly rows: readonly Row[]; readonly result: FineTuneResult}> {
  const {channels, size = 32} = opened.preparation;
  const {signal, end} = stopBySignals(
    name =>
      `${where}: ${name} stopped it between two steps, and trials that were done are kept; go on with the same and ` +
      '--resume.',
  );
  const train = async (about: string, start: string, encoder: LayersModel): Promise<FineTuneResult> => {
    const onTrial = (trial: FineTuneResult['trials'][number]): void => {
      void begun.addTrial(start, trial).catch(() => undefined); // `kept` tells
    };
    const sweep = {finished: begun.trialsOf(start), onTrial, signal};
    return trainFrom(about, encoder, splits, told, sweep, output);
  };
  try {
    const baselines = told.baselines !== 'none';
    if (baselines && !begun.rowOf(PIXELS))
      await begun.addRow(await rawPixels(splits, channels, Math.min(size, 32), told.seed ?? 1));
    if (baselines && !begun.rowOf(RANDOM)) {
      const random = await untrained(opened);
      try {
        const result = await train('From random weights', RANDOM, random);
        result.dispose();
        await begun.addRow(rowOf(RANDOM, result.accuracy, result.labels.length));
      } finally {
        random.dispose();
      }
    }
    const result = await train('From the encoder', OURS, opened.encoder);
    const own = rowOf(OURS, result.accuracy, result.labels.length);
    const others = [PIXELS, RANDOM].flatMap(start => begun.rowOf(start) ?? []);
    return {rows: [...others, own], result};
  } finally {
    end();
    await begun.kept();
  }
}

/** Writes the network and its figures. */
async function write(
  out: string,
  told: Told,
  {preparation}: OpenedEncoder,
  result: FineTuneResult,
  rows: readonly Row[],
): Promise<void> {
  const {run: encoder, train, test, testShare, seed = 1} = told;
  // An encoder goes to others, who have no use for the paths of this machine.
  const metadata = {finetuned: basename(encoder), preparation};
  await exportEncoder(result.encoder, join(out, 'encoder'), {overwrite: true, metadata});
  await exportEncoder(result.head, join(out, 'head'), {overwrite: true});
  const {chosen, trials} = result;
  const record = {encoder, train, test, testShare, seed, chosen, trials, rows};
  await writeWhole(join(out, 'finetune.json'), `${JSON.stringify(record, null, 2)}\n`);
}

/** Trains a copy of an encoder on labels. */
export async function finetune(told: Told, {output}: Context): Promise<void> {
  const {run: path, out, resume = false} = told;
  checkBegun(where, out, resume);
  checkEncoder(where, path);
  checkSplits(where, told);
  await reserved(where, out, async () => {
    await checkExport(join(out, 'encoder'), {overwrite: true});
    await startBackend(told.backend, output);
    const opened = await openEncoder(where, path);
    let splits: Splits | undefined;
    try {
      splits = await openSplits(where, told, opened.preparation);
      checkEachClass(splits.train);
      const [many, others] = [splits.train, splits.test].map(({length}) => counted(length, 'image'));
      output.say(`Training a copy of ${printable(path)} on labels: ${many} to learn from, ${others} to be judged by.`);
      const {train, test, testShare, recipe = 'short', steps, baselines = 'all', seed = 1, microBatch} = told;
      const figures = {run: path, train, test, testShare, recipe, steps, baselines, seed, microBatch};
      const begun = await openBegun(where, out, {...figures, encoder: opened.fingerprint});
      const {rows, result} = await trainAll(opened, splits, told, begun, output);
      try {
        await write(out, told, opened, result, rows);
        await begun.done();
      } finally {
        result.dispose();
      }
      tellBad([...new Set([...splits.train.bad, ...splits.test.bad])], output);
      for (const row of rows) output.record({event: 'score', ...row});
      const cells = rows.map(({start, accuracy, interval: [low, high]}) => [
        start,
        `${percent(accuracy)} (${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)})`,
      ]);
      output.say(`\n${table(['Start', 'Right'], cells)}\n\nThe network is in ${printable(out)}: encoder and head.`);
    } finally {
      await splits?.close();
      opened.encoder.dispose();
    }
  });
}
