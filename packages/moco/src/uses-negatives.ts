import * as tf from '@tensorflow/tfjs-core';
import {reasonOf} from '@contrastive/internal';
import type {Loss} from '@contrastive/losses';
import type {MoCoLossInput} from './options.js';

const REMEDY = 'use infoNCE, or a loss that compares with input.negatives.';

/** Rows with positive entries: none lies opposite to another. */
const rows = (n: number, dim: number, phase: number): tf.Tensor2D =>
  tf.tensor2d(
    Float32Array.from({length: n * dim}, (_, i) => 1 + 0.5 * Math.sin(phase + 1.7 * i)),
    [n, dim],
  );

/** The loss of a few queries with the farthest negatives that there are, and with the nearest: `[2]`. */
function losses(loss: Loss<MoCoLossInput>, dim: number, labelled: boolean): tf.Tensor {
  return tf.tidy(() => {
    const [z1, z2] = [rows(4, dim, 0.1), rows(4, dim, 0.9)];
    const directions = tf.div(z1, tf.sqrt(tf.sum(tf.square(z1), 1, true)));
    const labels = labelled && {labels: tf.tensor1d([0, 1, 0, 1], 'int32')};
    const negatives = (sign: number) => tf.mul<tf.Tensor2D>(directions, sign);
    try {
      return tf.stack([-1, 1].map(sign => loss({z1, z2, negatives: negatives(sign), ...labels})));
    } catch (cause) {
      throw new Error(`moco: expected a loss that takes a queue of negatives, got “${reasonOf(cause)}”; ${REMEDY}`, {
        cause,
      });
    }
  });
}

/**
 * Watches that a loss depends on its negatives: one that leaves them out would train on one positive a row, with the
 * queue dropped in silence. The first call of `look` tries it on a few numbers (and labels, where the views have them),
 * without waiting for the device; that
 * call throws where the loss does, a later one where the trial found no difference, for which `settled` waits.
 */
export function negativesWatch(
  loss: Loss<MoCoLossInput>,
  dim: number,
): {readonly look: (labelled?: boolean) => void; readonly settled: () => Promise<void>} {
  let trial: Promise<void> | undefined;
  let problem: unknown;
  const judge = async (pair: tf.Tensor): Promise<void> => {
    const [far, near] = await pair.data();
    pair.dispose();
    if (far !== near) return;
    problem = new Error(
      `moco: expected a loss that depends on its negatives, got ${far} for the farthest and for the nearest ones; ` +
        REMEDY,
    );
  };
  const look = (labelled = false): void => {
    if (problem !== undefined) throw problem as Error;
    trial ??= judge(tf.keep(losses(loss, dim, labelled))).catch((error: unknown) => {
      problem = error;
    });
  };
  return {
    look,
    settled: async () => {
      look();
      await trial;
      look();
    },
  };
}
