import type {Communicator} from '@contrastive/layers';
import type {NamedTensorMap} from '@tensorflow/tfjs-core';
import {takeStateOfFirst, type Trained} from '../../together.js';
import type {LoadedCheckpoint} from '../checkpoint/load-checkpoint.js';
import type {RunLogs} from './open-logs.js';
import type {Run, RunOptions} from './open-run.js';
import type {Saver} from './saver.js';
import {trainSaved, type Standing} from './train-saved.js';

/** Tells the other ranks what was loaded, and gives them that state. */
export async function tellWhere(
  communicator: Communicator,
  loaded: LoadedCheckpoint | undefined,
  trained: Trained,
): Promise<void> {
  await communicator.broadcastText(JSON.stringify(loaded ?? null));
  if (loaded) await takeStateOfFirst(communicator, trained);
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
  const loaded = (JSON.parse(await communicator.broadcastText('')) as LoadedCheckpoint | null) ?? undefined;
  if (loaded) await takeStateOfFirst(communicator, {method, optimizer});
  const resume = loaded?.resume;
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
    ...(loaded && {loaded}),
    train: given => trainSaved(kept, standing, given),
    image: () => undefined,
    async close() {
      standing.closed = true;
    },
  };
}
