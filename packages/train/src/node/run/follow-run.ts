import type {Communicator} from '@contrastive/layers';
import type {NamedTensorMap} from '@tensorflow/tfjs-core';
import type {Resume} from '../../record.js';
import type {RunLogs} from './open-logs.js';
import type {Run, RunOptions} from './open-run.js';
import type {Saver} from './saver.js';
import {trainSaved, type Standing} from './train-saved.js';

/** Tells the other ranks where a run goes on. */
export async function tellWhere(communicator: Communicator, resume: Resume | undefined): Promise<void> {
  await communicator.broadcastText(JSON.stringify(resume ?? null));
}

/** What rank 0 alone writes. */
const noLogs: RunLogs = {write: () => undefined, image: () => undefined, close: () => undefined};
const noSaver: Saver = {
  save: async () => undefined,
  settled: async () => undefined,
  check: () => undefined,
  newest: () => undefined,
};

/** The run of a rank other than the first: it trains as that one does, and touches no folder. */
export async function followRun<T extends NamedTensorMap>(
  {method, optimizer, saveEvery = 500}: RunOptions<T>,
  communicator: Communicator,
): Promise<Run<T>> {
  const told = JSON.parse(await communicator.broadcastText('')) as Resume | null;
  const resume = told ?? undefined;
  const standing: Standing = {training: false, closed: false, next: resume?.startStep ?? 0, resume};
  const kept = {
    method,
    optimizer,
    communicator,
    logs: noLogs,
    saver: noSaver,
    saveEvery,
    lost: new AbortController().signal,
  };
  return {
    get resume() {
      return standing.resume ?? {};
    },
    train: given => trainSaved(kept, standing, given),
    image: () => undefined,
    async close() {
      standing.closed = true;
    },
  };
}
