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
import {modelRule} from '@contrastive/layers';
import type {Optimizer} from '@contrastive/optim';
import type {NamedTensorMap} from '@tensorflow/tfjs-core';
import type {Method} from '../../method.js';
import type {TrainOptions} from '../../options.js';
import type {Resume, StepRecord} from '../../record.js';
import {train} from '../../train.js';
import {sweep} from '../checkpoint/directories.js';
import {checkStorable, sizeOf, stateOf} from '../checkpoint/host-copy.js';
import {prepareMemory} from '../checkpoint/in-worker.js';
import {latestCheckpoint} from '../checkpoint/latest-checkpoint.js';
import {loadCheckpoint, type LoadCheckpointOptions, type LoadedCheckpoint} from '../checkpoint/load-checkpoint.js';
import {plain} from '../checkpoint/configuration.js';
import {bestRules, type Retention} from '../checkpoint/retention.js';
import type {SaveCheckpointOptions} from '../checkpoint/save-checkpoint.js';
import {openLogs} from './open-logs.js';
import {listen, RunStopped} from './run-stopped.js';
import {createSaver} from './saver.js';

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
}

/** What a run trains on: the options of `train` that are not the run's own. */
export type RunTrainOptions<T extends NamedTensorMap = NamedTensorMap> = Omit<
  TrainOptions<T>,
  'method' | 'optimizer' | 'flushEvery' | 'signal' | 'startStep'
>;

/** A run with a folder of its own. */
export interface Run<T extends NamedTensorMap = NamedTensorMap> {
  /** For `twoViews(source, {…, ...run.resume})`: where the run goes on; nothing for a new one. */
  readonly resume: Partial<Resume>;
  /** What was loaded, where the run goes on. */
  readonly loaded?: LoadedCheckpoint;
  /**
   * Trains, as `train` does, with `timing`; writes each record to the logs, says remarks on the error stream, saves,
   * and listens to SIGINT and SIGTERM, which finish the step and save.
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
};

/** An error of a run, with the checkpoint from which it can go on. */
function withCheckpoint(error: unknown, checkpoint: string): unknown {
  if (!(error instanceof Error)) return error;
  const {message, stack} = error;
  const more = ` The last checkpoint is ${checkpoint}.`;
  const value = (text: string): PropertyDescriptor => ({value: text, configurable: true, writable: true});
  return Object.defineProperties(error, {
    message: value(message + more),
    ...(stack !== undefined && {stack: value(stack.replace(message, message + more))}),
  });
}

/**
 * Opens the folder of a run, so that it survives whatever ends it: checkpoints in `checkpoints`, a line for each step
 * in `metrics.jsonl`, event files in `tensorboard`. Another run that would write there is refused.
 *
 * With `resume` method and optimiser are restored from the newest sound checkpoint, and the logs go on from its step,
 * so that each step stands there once. Without, a folder that has checkpoints is refused.
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
  const {method, optimizer, configuration, acceptChanges, keep, best} = options;
  const {resume: goesOn = false, saveEvery = 500, tensorBoard = true} = options;
  if (best) checkOptions('openRun', best, bestRules);
  const plainConfiguration = configuration && plain(configuration); // what JSON cannot hold fails now, not in hours
  const state = stateOf({method, optimizer});
  checkStorable('openRun', state);
  if (method.encoder !== undefined) checkValue('openRun', 'method.encoder', method.encoder, modelRule);
  const checkpoints = join(folder, 'checkpoints');
  const release = await holdFolder('openRun', folder, {lock: '.run.lock'});
  try {
    await sweep(checkpoints, new Set()); // what the last run was killed over
    const latest = await latestCheckpoint(checkpoints);
    if (latest !== undefined && !goesOn) {
      throw new Error(
        `openRun: expected a folder for a new run, got ${folder}, which has ${latest}; go on from it with resume: ` +
          'true, or give another folder.',
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
    const logs = openLogs(folder, loaded?.resume.startStep ?? 0, tensorBoard);
    const saver = createSaver(checkpoints, latest, {
      method,
      optimizer,
      ...(plainConfiguration && {configuration: plainConfiguration}),
      ...(keep !== undefined && {keep}),
      ...(best && {best}),
    });
    let next = loaded?.resume.startStep ?? 0;

    async function* records(given: RunTrainOptions<T>): AsyncGenerator<StepRecord, void, undefined> {
      const stop = listen();
      let last: StepRecord | undefined;
      let unsaved = false;
      const saveLast = async (): Promise<void> => {
        let earlier: {readonly error: unknown} | undefined;
        try {
          await saver.settled();
        } catch (error) {
          earlier = {error}; // told once the last state is saved
        }
        if (last?.resume && unsaved) await saver.save(last);
        await saver.settled();
        unsaved = false;
        if (earlier) throw earlier.error;
      };
      const begin = (): ReturnType<typeof train> => {
        try {
          const own = {method, optimizer, startStep: next, flushEvery: saveEvery, signal: stop.abort};
          return train<T>({timing: true, ...given, ...own});
        } catch (error) {
          stop.end();
          throw error;
        }
      };
      const steps = begin();
      const take = (record: StepRecord): void => {
        logs.write(record);
        if (record.remark !== undefined) process.stderr.write(`contrastive: step ${record.step}: ${record.remark}\n`);
        [last, unsaved, next] = [record, true, record.step + 1];
      };
      let left = true; // by the caller, unless the loop comes to its end
      try {
        for (let step = await steps.next(); step.done !== true; step = await steps.next()) {
          const record = step.value;
          take(record);
          saver.check(); // days without a checkpoint help nobody
          if (record.resume && record.resume.startStep % saveEvery === 0) {
            await saver.save(record);
            unsaved = false;
          }
          yield record;
        }
        left = false;
      } catch (error) {
        left = false;
        const signal = stop.signal();
        if (signal === undefined || stop.abort.reason !== error) {
          unsaved = false; // the state may be no good
          await saver.settled().catch(() => undefined); // the first error is the one to tell
          last = undefined;
          const saved = saver.newest();
          throw saved === undefined ? error : withCheckpoint(error, saved);
        }
        await saveLast();
        const saved = saver.newest();
        const where = saved === undefined ? 'nothing was to be saved' : `${saved} has the state: go on with resume`;
        throw new RunStopped(signal, `${signal}: the run stopped after step ${last?.step ?? '–'}; ${where}.`);
      } finally {
        stop.end();
        try {
          // Who leaves within a read leaves after steps whose records are still to come: the state is that of the last.
          while (left && last !== undefined && last.resume === undefined) {
            const step = await steps.next();
            if (step.done === true) break;
            take(step.value);
          }
          if (left) await saveLast();
        } finally {
          await steps.return().catch((error: unknown) => {
            if (left) throw error; // else the first error is the one to tell
          });
          await saveLast();
        }
      }
    }

    let open = true;
    return {
      resume: loaded?.resume ?? {},
      ...(loaded && {loaded}),
      train: records,
      image: (...of) => {
        logs.image(...of);
      },
      async close() {
        if (!open) return;
        open = false;
        try {
          await saver.settled();
        } finally {
          logs.close();
          await release();
        }
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}
