import type {Communicator} from '@contrastive/layers';
import type {Optimizer} from '@contrastive/optim';
import * as tf from '@tensorflow/tfjs-core';
import type {Method, Views} from './method.js';
import {StoppedElsewhere} from './stopped.js';

/** What is trained, as far as its state goes. */
export interface Trained {
  readonly method: Pick<Method, 'state' | 'restore'>;
  readonly optimizer: Pick<Optimizer, 'state' | 'restore'>;
}

/** Gives all ranks the state of rank 0: what it began with, or what it restored. */
export async function takeStateOfFirst(communicator: Communicator, {method, optimizer}: Trained): Promise<void> {
  for (const owner of [method, optimizer]) {
    const came = await communicator.broadcast({...owner.state()});
    if (came === undefined) continue;
    try {
      await owner.restore(came);
    } finally {
      tf.dispose(came);
    }
  }
}

/**
 * Compares the state of all ranks.
 *
 * @throws `Error` that names the first variable that differs.
 */
export async function compareState(communicator: Communicator, {method, optimizer}: Trained): Promise<void> {
  for (const owner of [method, optimizer]) await communicator.checkSame('train', owner.state());
}

/**
 * Ends a run on all ranks after the same step, where one of them is to stop.
 *
 * @throws Error: the reason of this rank's signal, else `StoppedElsewhere`.
 */
export async function stopTogether(communicator: Communicator, signal: AbortSignal | undefined): Promise<void> {
  const {most} = await communicator.extremes([signal?.aborted === true ? 1 : 0]);
  if (most[0] === 0) return;
  signal?.throwIfAborted();
  throw new StoppedElsewhere();
}

/** Throws unless all ranks have as many images, of which none is the end; the last to come is waited for. */
export async function beginTogether(communicator: Communicator, step: number, images: number): Promise<void> {
  const {least, most} = await communicator.extremes([images]);
  if (least[0] === most[0]) return;
  throw new Error(
    `train: expected as many images on each rank in step ${step}, got ${least[0]} on one and ${most[0]} on another; ` +
      'give all ranks the same batches, by twoViews(source, {…, ranks: communicator}).',
  );
}

/** Throws where all ranks have the same views: copies of an image would be told from each other. */
export async function compareViews(communicator: Communicator, {first}: Pick<Views, 'first'>): Promise<void> {
  const mean = tf.tidy(() => tf.mean(first));
  const value = (await mean.data())[0];
  mean.dispose();
  const {least, most} = await communicator.extremes([value]);
  if (least[0] !== most[0] || Number.isNaN(value)) return;
  throw new Error(
    'train: expected other images on each rank, got the same on all; give them parts of a batch, by ' +
      'twoViews(source, {…, ranks: communicator}).',
  );
}
