import {basename, dirname} from 'node:path';
import type {Optimizer} from '@contrastive/optim';
import type {NamedTensorMap} from '@tensorflow/tfjs-core';
import type {Method} from '../../method.js';
import type {TrainOptions} from '../../options.js';
import type {Resume, StepRecord} from '../../record.js';
import {train} from '../../train.js';
import {listed} from '../checkpoint/directories.js';
import {retold} from './retold.js';
import {listen, RunStopped} from './run-stopped.js';
import type {RunLogs} from './open-logs.js';
import type {Saved, Saver} from './saver.js';

/** What a run trains on: the options of `train` that are not the run's own. */
export type RunTrainOptions<T extends NamedTensorMap = NamedTensorMap> = Omit<
  TrainOptions<T>,
  'method' | 'optimizer' | 'flushEvery' | 'signal' | 'startStep'
>;

/** What is trained, and what keeps it. */
interface Kept<T extends NamedTensorMap> {
  readonly method: Method<T>;
  readonly optimizer: Optimizer;
  readonly logs: RunLogs;
  readonly saver: Saver;
  readonly saveEvery: number;
  /** Fires when the folder is another run's. */
  readonly lost: AbortSignal;
}

/** How far a run has come. */
export interface Standing {
  /** The step that comes next. */
  next: number;
  /** For the views of that step; undefined before any step of this run. */
  resume: Resume | undefined;
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
 * @param standing Moved on with each step.
 * @throws Error RunStopped after a signal, else what `train` and `saveCheckpoint` throw, with the last checkpoint.
 */
export async function* trainSaved<T extends NamedTensorMap>(
  {method, optimizer, logs, saver, saveEvery, lost}: Kept<T>,
  standing: Standing,
  options: RunTrainOptions<T>,
): AsyncGenerator<StepRecord, void, undefined> {
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
    if (last?.resume && unsaved) await save(last);
    await saver.settled();
    unsaved = false;
    if (earlier) throw earlier.error;
  };
  const begin = (): ReturnType<typeof train> => {
    try {
      const own = {method, optimizer, startStep: standing.next, flushEvery: saveEvery, signal: stop.abort};
      return train<T>({timing: true, ...options, ...own});
    } catch (error) {
      stop.end();
      throw error;
    }
  };
  const steps = begin();
  const take = (record: StepRecord): void => {
    lost.throwIfAborted();
    logs.write(record);
    [last, unsaved, standing.next] = [record, true, record.step + 1];
    standing.resume = record.resume ?? standing.resume;
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
    const signal = stop.signal();
    if (signal === undefined || stop.abort.reason !== error) {
      unsaved = false; // the state may be no good
      await saver.settled().catch(() => undefined); // the first error is the one to tell
      last = undefined;
      const newest = saver.newest();
      if (newest === undefined) throw error;
      const checkpoint = await ofCheckpoint(error, newest, standing.next);
      throw retold(error, message => `${message} ${checkpoint}`);
    }
    await saveLast();
    const newest = saver.newest();
    const where = newest === undefined ? 'nothing was to be saved' : `${newest.path} has the state: go on with resume`;
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
