import {mkdir} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import {
  checkOptions,
  checkValue,
  having,
  integer,
  isPlain,
  kind,
  object,
  reasonOf,
  required,
  text,
  type Rule,
  type Rules,
} from '@contrastive/internal';
import {modelRule, recordedPreparation} from '@contrastive/layers';
import type {Optimizer} from '@contrastive/optim';
import type {Method} from '../../method.js';
import type {StepRecord} from '../../record.js';
import {checkPlain, plain, type Configuration} from './configuration.js';
import {exists, hiddenName, nameOf, reveal, sweep} from './directories.js';
import {hostCopy, stateOf} from './host-copy.js';
import {writeInWorker} from './in-worker.js';
import {madeOn} from './made-on.js';
import {noteWritten} from './read-record.js';
import {FORMAT, type CheckpointRecord} from './record.js';
import {bestRules, removeOld, type Retention} from './retention.js';

/** What {@link saveCheckpoint} saves, and what it keeps. */
export interface SaveCheckpointOptions extends Retention {
  /** The method, with all that its `state` names: weights, statistics, key network, queue. */
  readonly method: Pick<Method, 'state' | 'encoder'>;
  /** The optimiser, with its slots. */
  readonly optimizer: Pick<Optimizer, 'state'>;
  /** The record of the last step, as `train` yielded it: one with `resume`. */
  readonly record: StepRecord;
  /** What the run was told: plain data, which a resumed run compares with its own; none by default. */
  readonly configuration?: Configuration;
  /** Other numbers that belong to this step, such as the accuracy of a probe. */
  readonly metrics?: Readonly<Record<string, number>>;
}

const numbersRule: Rule = kind(
  'numbers by name',
  value => object.judge(value) === undefined && Object.values(value as object).every(Number.isFinite),
);
const plainRule: Rule = kind(
  'an object of plain data',
  value => object.judge(value) === undefined && isPlain(value as object),
  'give {...settings, seed}',
);

const isRecord = (value: unknown): boolean => {
  const {step, loss} = Object(value) as Partial<StepRecord>;
  return [step, loss].every(one => typeof one === 'number');
};

const rules: Rules<SaveCheckpointOptions> = {
  method: required(having('a method', ['state'], 'give that of train')),
  optimizer: required(having('an optimiser', ['state'], 'give that of train')),
  record: required(kind('a record of train', isRecord, 'give the one that the loop has')),
  configuration: plainRule,
  metrics: numbersRule,
  keep: integer({least: 1}),
  best: kind('{metric, higher}', value => typeof (Object(value) as {metric?: unknown}).metric === 'string'),
};

/** The numbers of a record by name, those of the method beside its own. */
export const numbersOf = ({loss, learningRate, gradientNorm, metrics}: StepRecord): Record<string, number> => ({
  loss,
  learningRate,
  ...(gradientNorm !== undefined && {gradientNorm}),
  ...metrics,
});

/** What is being written, by folder: one after the other. */
const writing = new Map<string, Promise<unknown>>();
/** Hidden names that this process works on. */
const present = new Set<string>();

async function write(
  folder: string,
  record: CheckpointRecord,
  copy: ReturnType<typeof hostCopy>,
  options: SaveCheckpointOptions,
): Promise<string> {
  await mkdir(folder, {recursive: true});
  await sweep(folder, present);
  let turn = 1;
  while (await exists(join(folder, nameOf(record.resume.startStep, turn)))) turn++;
  const name = nameOf(record.resume.startStep, turn);
  const temporary = hiddenName('new', name);
  present.add(temporary);
  try {
    const text = `${JSON.stringify(record, undefined, 2)}\n`;
    await writeInWorker({directory: join(folder, temporary), record: text, ...copy});
    await reveal(folder, temporary, name);
    noteWritten(join(folder, name));
  } finally {
    present.delete(temporary);
  }
  await removeOld(folder, {name, turn, steps: record.resume.startStep}, options);
  return join(folder, name);
}

/**
 * Saves all that a run needs to go on: a directory `step-00000500` in `folder` with `state.safetensors` (weights,
 * statistics, slots of the optimiser, key network, queue), `checkpoint.json` and their checksums.
 *
 * The state is copied before the call returns its promise, so training may go on while another thread writes. A
 * checkpoint appears under its name when the disk has all of it; whatever fails or is killed, those before it stay as
 * they were. Several calls for one folder are written one after the other.
 *
 * @param folder Where the checkpoints of a run lie; made where it is missing. One run writes to it at a time.
 * @param options What to save; see {@link SaveCheckpointOptions}.
 * @returns The path of the checkpoint, once the disk has it.
 * @throws `TypeError` or `RangeError` for a bad option; `Error` for a record whose state has moved on,
 * numbers that are not finite, and what cannot be written, with the system's error as `cause`.
 * @example
 * ```ts
 * for await (const record of train({method, views, optimizer, learningRate, flushEvery: 500}))
 *   if (record.resume && (record.step + 1) % 500 === 0)
 *     await saveCheckpoint('runs/a', {method, optimizer, record, configuration});
 * ```
 */
export async function saveCheckpoint(folder: string, options: SaveCheckpointOptions): Promise<string> {
  checkValue('saveCheckpoint', 'folder', folder, text);
  checkOptions('saveCheckpoint', options, rules);
  const {method, optimizer, record: step, configuration = {}, metrics} = options;
  if (options.best) checkOptions('saveCheckpoint', options.best, bestRules);
  checkPlain('saveCheckpoint', configuration);
  const {resume} = step;
  if (resume === undefined) {
    throw new Error(
      `saveCheckpoint: expected the record of the state as it is, got that of step ${step.step}, after which later ` +
        'steps have run; save in the loop, a record with resume: train has one every flushEvery steps.',
    );
  }
  const {encoder} = method;
  if (encoder !== undefined) checkValue('saveCheckpoint', 'method.encoder', encoder, modelRule);
  const preparation = encoder && recordedPreparation(encoder);
  const metricsOfStep = {...numbersOf(step), ...metrics};
  if (options.best && !Object.hasOwn(metricsOfStep, options.best.metric)) {
    process.stderr.write(
      `contrastive: the checkpoint after step ${step.step} has no ${options.best.metric}, so it cannot be the best; ` +
        `it has ${Object.keys(metricsOfStep).join(', ')}\n`,
    );
  }
  const record: CheckpointRecord = {
    format: FORMAT,
    step: step.step,
    ...(step.epoch !== undefined && {epoch: step.epoch}),
    resume,
    metrics: metricsOfStep,
    configuration: plain(configuration),
    ...(preparation && {preparation: plain(preparation as Configuration)}),
    madeOn: madeOn(),
  };
  const copy = hostCopy(stateOf({method, optimizer}));
  const place = resolve(folder);
  const before = writing.get(place) ?? Promise.resolve();
  const done = before
    .catch(() => undefined) // whoever asked for it is told
    .then(() => write(place, record, copy, options));
  writing.set(place, done);
  try {
    return await done;
  } catch (cause) {
    const reason = reasonOf(cause);
    throw reason.startsWith('saveCheckpoint: ')
      ? cause
      : new Error(
          `saveCheckpoint: expected to write a checkpoint to ${folder}, got “${reason}”; those before it are as they ` +
            'were: make room or give a folder that you may write to.',
          {cause},
        );
  } finally {
    if (writing.get(place) === done) writing.delete(place);
  }
}
