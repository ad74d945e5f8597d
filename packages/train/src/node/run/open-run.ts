import {join} from 'node:path';
import {
  checkOptions,
  checkValue,
  either,
  flag,
  having,
  integer,
  list,
  object,
  required,
  text,
  type Rules,
} from '@contrastive/internal';
import {holdFolder} from '@contrastive/internal/node';
import {alone, communicatorRule, modelRule, type Communicator} from '@contrastive/layers';
import type {Optimizer} from '@contrastive/optim';
import type {NamedTensorMap} from '@tensorflow/tfjs-core';
import type {Method} from '../../method.js';
import type {Resume, StepRecord} from '../../record.js';
import {sweep} from '../checkpoint/directories.js';
import {checkStorable, sizeOf, stateOf} from '../checkpoint/host-copy.js';
import {prepareMemory} from '../checkpoint/in-worker.js';
import {latestCheckpoint} from '../checkpoint/latest-checkpoint.js';
import {loadCheckpoint, type LoadCheckpointOptions, type LoadedCheckpoint} from '../checkpoint/load-checkpoint.js';
import {checkPlain, plain} from '../checkpoint/configuration.js';
import {bestRules, type Retention} from '../checkpoint/retention.js';
import type {SaveCheckpointOptions} from '../checkpoint/save-checkpoint.js';
import {followRun, tellWhere} from './follow-run.js';
import {openLogs} from './open-logs.js';
import {retold} from './retold.js';
import {createSaver} from './saver.js';
import {trainSaved, type RunTrainOptions, type Standing} from './train-saved.js';

/** What {@link openRun} needs. */
export interface RunOptions<T extends NamedTensorMap = NamedTensorMap>
  extends Pick<LoadCheckpointOptions, 'acceptChanges'>, Retention {
  /** What is trained. */
  readonly method: Method<T>;
  /** Made for `method.parameters`. */
  readonly optimizer: Optimizer;
  /** What the run is told: plain data; a run that goes on compares it with the saved one's. None by default. */
  readonly configuration?: SaveCheckpointOptions['configuration'];
  /** Whether to go on from the newest sound checkpoint where there is one; false by default: a new run. */
  readonly resume?: boolean;
  /** Saves after every so many steps; an integer from 1 on, 500 by default. It saves at the end besides. */
  readonly saveEvery?: number;
  /** Whether to write event files for TensorBoard beside `metrics.jsonl`; true by default. */
  readonly tensorBoard?: boolean;
  /**
   * The ranks that train together: `await connect()` of `@contrastive/distributed`. Rank 0 alone reads and writes the
   * folder; the others, which need not see it, are given the state and where to go on. By default this process trains
   * by itself.
   */
  readonly communicator?: Communicator;
}

/** A run with a folder of its own. */
export interface Run<T extends NamedTensorMap = NamedTensorMap> {
  /** For `twoViews(source, {…, ...run.resume})`: where the run goes on, also after its loop; nothing for a new one. */
  readonly resume: Partial<Resume>;
  /** What was loaded, where the run goes on. */
  readonly loaded?: LoadedCheckpoint;
  /**
   * Trains, as `train` does, with `timing`; writes each record to the logs, says remarks on the error stream, saves,
   * and listens to SIGINT, SIGTERM and SIGHUP, which finish the step and save.
   *
   * @throws `RunStopped` after a signal, with the status that the program should end with; else what `train` and
   * `saveCheckpoint` throw.
   */
  train(options: RunTrainOptions<T>): AsyncGenerator<StepRecord, void, undefined>;
  /** Adds a picture, as the bytes of a PNG, to TensorBoard's files at a step; does nothing without them. */
  image(step: number, tag: string, png: Uint8Array): void;
  /** Waits until the last checkpoint is written, closes the logs and gives the folder back; again does nothing. */
  close(): Promise<void>;
}

const rules: Rules<RunOptions> = {
  method: required(
    having(
      'a method',
      ['targets', 'project', 'loss', 'update', 'state', 'restore'],
      'make one by simclr({…}) or moco({…})',
    ),
  ),
  optimizer: required(
    having('an optimiser of @contrastive/optim', ['apply', 'state', 'restore'], 'make one by sgd(method.parameters)'),
  ),
  configuration: object,
  resume: flag,
  acceptChanges: either(flag, list(text, 'paths of settings')),
  saveEvery: integer({least: 1}),
  keep: integer({least: 1}),
  best: object,
  tensorBoard: flag,
  communicator: communicatorRule,
};

/**
 * Opens the folder of a run, so that it survives whatever ends it: checkpoints in `checkpoints`, a line for each step
 * in `metrics.jsonl`, event files in `tensorboard`. Another run that would write there is refused.
 *
 * With `resume` method and optimiser are restored from the newest sound checkpoint, and the logs go on from its step,
 * so that each step stands there once. Without, a folder that has checkpoints is refused, and logs of a run that has
 * none are moved aside.
 *
 * @param folder Made where it is missing.
 * @param options What is trained, and when it is saved; see {@link RunOptions}.
 * @returns The run; the caller closes it.
 * @throws `Error` for a folder that another run writes, for one with checkpoints unless resumed, and what
 * `loadCheckpoint` throws; `TypeError` or `RangeError` for a bad option.
 * @example
 * ```ts
 * const run = await openRun('runs/a', {method, optimizer, configuration: {...settings, seed}, resume: true});
 * const views = twoViews(images, {augment, batchSize, seed, steps, ...run.resume});
 * for await (const {step, loss} of run.train({views, learningRate, seed})) console.log(step, loss);
 * await run.close();
 * ```
 */
export async function openRun<T extends NamedTensorMap>(folder: string, options: RunOptions<T>): Promise<Run<T>> {
  checkValue('openRun', 'folder', folder, text);
  checkOptions('openRun', options, rules);
  const {communicator = alone} = options;
  return communicator.rank === 0 ? openFolder(folder, options, communicator) : followRun(options, communicator);
}

/** Opens the folder of a run, and tells the other ranks where it goes on. */
async function openFolder<T extends NamedTensorMap>(
  folder: string,
  options: RunOptions<T>,
  communicator: Communicator,
): Promise<Run<T>> {
  const {method, optimizer, configuration, acceptChanges, keep, best} = options;
  const {resume: goesOn = false, saveEvery = 500, tensorBoard = true} = options;
  if (best) checkOptions('openRun', best, bestRules);
  if (configuration) checkPlain('openRun', configuration); // now, not in hours
  const plainConfiguration = configuration && plain(configuration);
  const state = stateOf({method, optimizer});
  checkStorable('openRun', state);
  if (method.encoder !== undefined) checkValue('openRun', 'method.encoder', method.encoder, modelRule);
  const checkpoints = join(folder, 'checkpoints');
  const lost = new AbortController();
  const release = await holdFolder('openRun', folder, {
    lock: '.run.lock',
    lost: () => {
      const reason =
        `openRun: expected ${folder} to stay with this run, got another one there after this stood still for a ` +
        'minute, or its .run.lock removed; nothing more is written.';
      lost.abort(new Error(reason));
    },
  });
  try {
    await sweep(checkpoints, new Set()); // what the last run was killed over
    const latest = await latestCheckpoint(checkpoints);
    if (latest !== undefined && !goesOn) {
      throw new Error(
        `openRun: expected a folder for a new run, got ${folder}, which has ${latest}; go on from it with resume ` +
          '(resume: true, or --resume where the program takes it), or give another folder.',
      );
    }
    const loaded =
      latest === undefined
        ? undefined
        : await loadCheckpoint(latest, {
            method,
            optimizer,
            ...(plainConfiguration && {configuration: plainConfiguration}),
            ...(acceptChanges !== undefined && {acceptChanges}),
          });
    void prepareMemory(sizeOf(state)).catch(() => undefined); // saving will tell
    const standing: Standing = {
      training: false,
      closed: false,
      next: loaded?.resume.startStep ?? 0,
      resume: loaded?.resume,
    };
    const logs = openLogs(folder, standing.next, tensorBoard, !goesOn);
    const newest = latest === undefined ? undefined : {path: latest, steps: standing.next};
    const saver = createSaver(checkpoints, newest, {
      method,
      optimizer,
      ...(plainConfiguration && {configuration: plainConfiguration}),
      ...(keep !== undefined && {keep}),
      ...(best && {best}),
    });
    await tellWhere(communicator, loaded, {method, optimizer});
    let open = true;
    return {
      get resume() {
        return standing.resume ?? {};
      },
      ...(loaded && {loaded}),
      train: given =>
        trainSaved({method, optimizer, communicator, logs, saver, saveEvery, best, lost: lost.signal}, standing, given),
      image: (...of) => {
        logs.image(...of);
      },
      async close() {
        if (!open) return;
        open = false;
        standing.closed = true;
        try {
          await saver.settled();
        } finally {
          try {
            logs.close();
          } finally {
            await release();
          }
        }
      },
    };
  } catch (error) {
    await release();
    throw retold(error, message => message.replace(/^(latest|load)Checkpoint: /, 'openRun: '));
  }
}
