import type {Communicator} from '@contrastive/layers';
import type {Optimizer} from '@contrastive/optim';
import * as tf from '@tensorflow/tfjs-core';
import type {Method} from './method.js';

/** What is trained, as far as its state goes. */
interface Trained {
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
