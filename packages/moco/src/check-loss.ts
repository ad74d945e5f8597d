import * as tf from '@tensorflow/tfjs-core';
import type {Loss} from '@contrastive/losses';
import type {MoCoLossInput} from './options.js';

/** Rows with positive entries: none lies opposite to another. */
const rows = (n: number, dim: number, phase: number): tf.Tensor2D =>
  tf.tensor2d(
    Float32Array.from({length: n * dim}, (_, i) => 1 + 0.5 * Math.sin(phase + 1.7 * i)),
    [n, dim],
  );

/**
 * Throws unless the loss depends on its negatives: one that leaves them out would train on one positive a row, with the
 * queue dropped in silence. Tried on a few queries, with the farthest and with the nearest negatives that there are.
 */
export function checkLoss(loss: Loss<MoCoLossInput>, dim: number): void {
  // JavaScript callers may pass anything.
  if (typeof (loss as unknown) !== 'function')
    throw new TypeError(`createMoCo: loss must be a function, got ${typeof loss}; leave it out for infoNCE().`);
  const valueWith = (sign: number): number =>
    tf.tidy(() => {
      const [z1, z2] = [rows(4, dim, 0.1), rows(4, dim, 0.9)];
      const negatives = tf.mul<tf.Tensor2D>(tf.div(z1, tf.sqrt(tf.sum(tf.square(z1), 1, true))), sign);
      try {
        return loss({z1, z2, negatives}).dataSync()[0];
      } catch (cause) {
        const message = cause instanceof Error ? cause.message : String(cause);
        throw new Error(`createMoCo: the loss does not take a queue of negatives: ${message}`, {cause});
      }
    });
  const [far, near] = [valueWith(-1), valueWith(1)];
  if (far === near) {
    throw new Error(
      `createMoCo: the loss makes no use of its negatives: it is ${far} for the farthest and for the nearest ` +
        'ones, so the queue would have no effect; ' +
        'use infoNCE, or a loss of your own that compares with input.negatives.',
    );
  }
}
