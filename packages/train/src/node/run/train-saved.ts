import {basename, dirname} from 'node:path';
import type {Communicator} from '@contrastive/layers';
import type {Optimizer} from '@contrastive/optim';
import type {NamedTensorMap} from '@tensorflow/tfjs-core';
import type {Method} from '../../method.js';
import type {TrainOptions} from '../../options.js';
import type {Resume, StepRecord} from '../../record.js';
import {StoppedElsewhere} from '../../stopped.js';
import {train} from '../../train.js';
import {listed} from '../checkpoint/directories.js';
import type {Retention} from '../checkpoint/retention.js';
import {checkBest, checkTrain} from './check-train.js';
import {retold} from './retold.js';
import {listen, RunStopped} from './run-stopped.js';
import type {RunLogs} from './open-logs.js';
import type {Saved, Saver} from './saver.js';

/** What a run trains on: the options of `train` that are not the run's own. */
export type RunTrainOptions<T extends NamedTensorMap = NamedTensorMap> = Omit<
  TrainOptions<T>,
  'method' | 'optimizer' | 'flushEvery' | 'signal' | 'startStep' | 'communicator'
>;

/** What is trained, and what keeps it. */
interface Kept<T extends NamedTensorMap> {
  readonly method: Method<T>;
  readonly optimizer: Optimizer;
  readonly communicator: Communicator;
  readonly logs: RunLogs;
  readonly saver: Saver;
  readonly saveEvery: number;
  readonly best?: Retention['best'];
  /** Fires when the folder is another run's. */
  readonly lost: AbortSignal;
}

/** How far a run has come. */
export interface Standing {
  /** Whether a loop runs. */
  training: boolean;
  /** Whether `close` was called. */
  closed: boolean;
  /** The step that comes next. */
  next: number;
  /** For the views of that step; undefined before any step of this run. */
  resume: Resume | undefined;
}

/** Throws unless a loop may begin. */
function checkOpen({training, closed}: Standing): void {
  if (!training && !closed) return;
  throw new Error(
    closed
      ? 'run.train: expected an open run, got one after run.close(); open it again with resume: true.'
      : 'run.train: expected one loop at a time, got a second one; leave the first by break, or let it end.',
  );
}

/** What to say of the checkpoints of a run that an error ended before step `next`. */
async function ofCheckpoint(error: unknown, {path, steps}: Saved, next: number): Promise<string> {
  const notFinite = error instanceof Error && 'images' in error;
  if (!notFinite || next !== steps) return `The last checkpoint is ${path}.`;
  const others = await listed(dirname(path)).catch(() => []);
  const remedy = others.some(({name}) => name !== basename(path))
    ? 'look at the images, or remove it and go on from the one before, with other settings'
    : 'look at the images, or begin another run with other settings';
  return `The last checkpoint, ${path}, is of the step before, so its weights may be useless: ${remedy}.`;
}

/**
 * Trains with logs and checkpoints: writes each record, saves every so many steps and at the end, whatever ends it.
 * After a signal it finishes the step and saves.
 *
 * An error that leaves the state as the last step left it, as of views, schedule or logs, is thrown once that is saved;
 * after one from within a step, or of numbers that are not finite, nothing is.
 *
 * @param standing Moved on with each step.
 * @throws Error RunStopped after a signal, else what `train` and `saveCheckpoint` throw, with the last checkpoint.
 */
export async function* trainSaved<T extends NamedTensorMap>(
  {method, optimizer, communicator, logs, saver, saveEvery, best, lost}: Kept<T>,
  standing: Standing,
  options: RunTrainOptions<T>,
): AsyncGenerator<StepRecord, void, undefined> {
  checkOpen(standing);
  checkTrain(options, standing.next);
  const stop = listen();
  let last: StepRecord | undefined;
  let unsaved = false;
  const save = async (record: StepRecord): Promise<void> => {
    await saver.save(record);
    unsaved = false;
  };
  const saveLast = async (): Promise<void> => {
    let earlier: {readonly error: unknown} | undefined;
    try {
      await saver.settled();
    } catch (error) {
      earlier = {error}; // told once the last state is saved
    }
    if (last?.resume && unsaved && !lost.aborted) await save(last); // `resume`: the state is as it left it
    await saver.settled();
    unsaved = false;
    if (earlier) throw earlier.error;
  };
  const begin = (): ReturnType<typeof train> => {
    try {
      const own = {method, optimizer, communicator, startStep: standing.next, flushEvery: saveEvery};
      return train<T>({timing: true, ...options, ...own, signal: stop.abort});
    } catch (error) {
      stop.end();
      throw error;
    }
  };
  const steps = begin();
  standing.training = true;
  const count = (record: StepRecord): void => {
    [last, unsaved, standing.next] = [record, true, record.step + 1];
    standing.resume = record.resume ?? standing.resume;
  };
  const take = (record: StepRecord): void => {
    lost.throwIfAborted();
    if (last === undefined) checkBest(record, best, options.metricsEvery);
    count(record);
    logs.write(record); // may throw, as of a full disk: the state is sound
  };
  /** Comes to the end of a read: within it steps are behind whose records are still to come. */
  const endRead = async (each: (record: StepRecord) => void): Promise<void> => {
    while (last !== undefined && last.resume === undefined) {
      const step = await steps.next();
      if (step.done === true) break;
      each(step.value);
    }
  };
  let left = true; // by the caller, unless the loop comes to its end
  try {
    for (let step = await steps.next(); step.done !== true; step = await steps.next()) {
      const record = step.value;
      take(record);
      saver.check(); // days without a checkpoint help nobody
      if (record.resume && record.resume.startStep % saveEvery === 0) await save(record);
      yield record;
    }
    left = false;
    const newest = saver.newest();
    if (last === undefined && newest !== undefined)
      process.stderr.write(`contrastive: ${newest.path} is of the last step: nothing was left to train\n`);
  } catch (error) {
    left = false;
    // A signal to another rank counts as one here: the launcher sends it to some or to all.
    const signal = error instanceof StoppedElsewhere ? (stop.signal() ?? 'SIGTERM') : stop.signal();
    if (signal === undefined || (stop.abort.reason !== error && !(error instanceof StoppedElsewhere))) {
      await endRead(count).catch(() => undefined); // the first error is the one to tell
      await saveLast().catch(() => undefined);
      last = undefined;
      const newest = saver.newest();
      if (newest === undefined) throw error;
      const checkpoint = await ofCheckpoint(error, newest, standing.next);
      throw retold(error, message => `${message} ${checkpoint}`);
    }
    await saveLast();
    await communicator.extremes([]); // waits: a rank that ends before rank 0 has saved would end that one too
    const newest = saver.newest();
    const where = newest === undefined ? 'nothing was to be saved' : `${newest.path} has the state: go on with resume`;
    throw new RunStopped(signal, `${signal}: the run stopped after step ${last?.step ?? '–'}; ${where}.`);
  } finally {
    stop.end();
    try {
      if (left) await endRead(take).then(saveLast);
    } finally {
      await steps.return().catch((error: unknown) => {
        if (left) throw error; // else the first error is the one to tell
      });
      try {
        await saveLast();
      } finally {
        standing.training = false;
      }
    }
  }
}
