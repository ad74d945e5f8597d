import {basename, join} from 'node:path';
import type {Source} from '@contrastive/data';
import {
  extractFeatures,
  fineTune,
  probe,
  shortFineTune,
  simclrOnePercent,
  simclrTenPercent,
  simclrTransfer,
  wilsonInterval,
  type FineTuneRecipe,
  type FineTuneResult,
} from '@contrastive/linear-probe';
import {checkExport, exportEncoder} from '@contrastive/weights/node';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {checkSplits, openSplits, type Splits} from '../../data/splits.js';
import {checkEncoder, openEncoder} from '../../encoder/open-encoder.js';
import {untrained} from '../../encoder/untrained.js';
import {printable} from '../../escape/terminal.js';
import {startBackend} from '../../output/compute.js';
import type {Output} from '../../output/output.js';
import {table} from '../../output/table.js';
import {tellBad} from '../../output/tell-bad.js';
import {counted, percent} from '../../output/words.js';
import type {Context} from '../../program/command.js';
import type {Values} from '../../program/setting.js';
import {UsageError} from '../../program/usage-error.js';
import {checkFree, reserved, writeWhole} from '../../run/run-folder.js';
import type {settings} from './index.js';

const where = 'contrastive finetune';

type Told = Values<typeof settings>;

const recipes: Readonly<Record<NonNullable<Told['recipe']>, FineTuneRecipe>> = {
  short: shortFineTune,
  'one-percent': simclrOnePercent,
  'ten-percent': simclrTenPercent,
  transfer: simclrTransfer,
};

/** What one start came to. */
interface Row {
  readonly start: string;
  readonly accuracy: number;
  readonly interval: readonly [low: number, high: number];
}

const rowOf = (start: string, accuracy: number, rows: number): Row => {
  const {low, high} = wilsonInterval(Math.round(accuracy * rows), rows);
  return {start, accuracy, interval: [low, high]};
};

/** Trains from one start; the network is the caller's. */
async function from(
  about: string,
  encoder: LayersModel,
  {train, test}: Splits,
  {recipe: name = 'short', steps, microBatch, seed = 1}: Told,
  output: Output,
): Promise<FineTuneResult> {
  const {epochs, ...given} = recipes[name];
  const recipe = {...given, ...(steps === undefined ? epochs !== undefined && {epochs} : {steps})};
  const trials = recipe.learningRates.length * recipe.weightDecays.length;
  const runs = trials > 1 ? trials + 1 : 1;
  let [done, total] = [0, 0];
  let progress: ReturnType<Output['progress']> | undefined;
  try {
    return await fineTune({
      ...{encoder, train, test, recipe, seed},
      ...(microBatch !== undefined && {microBatch}),
      onStep: ({steps: each, loss}) => {
        total ||= each * runs;
        progress ??= output.progress({about, total, unit: 'steps'});
        progress.update(Math.min(++done, total), `loss ${loss.toFixed(3)}`);
      },
    });
  } finally {
    progress?.stop();
  }
}

/** What a linear classifier tells by the pixels. */
async function rawPixels({train, test}: Splits, channels: 1 | 3, size: number, seed: number): Promise<Row> {
  const options = {preparation: {channels, size}};
  const [known, unseen] = [await extractFeatures(null, train, options), await extractFeatures(null, test, options)];
  const [{accuracy}] = await probe(known, unseen, {seed});
  return rowOf('raw pixels, linear', accuracy, unseen.rows);
}

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

/** Trains a copy of an encoder on labels. */
export async function finetune(told: Told, {output}: Context): Promise<void> {
  const {run: path, out, seed = 1} = told;
  checkFree(where, out);
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
      const rows: Row[] = [];
      const {channels, size = 32} = opened.preparation;
      if (told.baselines !== 'none') {
        rows.push(await rawPixels(splits, channels, Math.min(size, 32), seed));
        const random = await untrained(opened);
        try {
          const result = await from('From random weights', random, splits, told, output);
          rows.push(rowOf('random weights (supervised)', result.accuracy, result.labels.length));
          result.dispose();
        } finally {
          random.dispose();
        }
      }
      const result = await from('From the encoder', opened.encoder, splits, told, output);
      rows.push(rowOf('the encoder', result.accuracy, result.labels.length));
      try {
        // An encoder goes to others, who have no use for the paths of this machine.
        const metadata = {finetuned: basename(path), preparation: opened.preparation};
        await exportEncoder(result.encoder, join(out, 'encoder'), {overwrite: true, metadata});
        await exportEncoder(result.head, join(out, 'head'), {overwrite: true});
      } finally {
        result.dispose();
      }
      tellBad([...new Set([...splits.train.bad, ...splits.test.bad])], output);
      const {chosen, trials} = result;
      const record = {
        encoder: path,
        ...{train: told.train, test: told.test, testShare: told.testShare},
        seed,
        chosen,
        trials,
      };
      await writeWhole(join(out, 'finetune.json'), `${JSON.stringify({...record, rows}, null, 2)}\n`);
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
