import * as tf from '@tensorflow/tfjs-core';
import type {Method} from './method.js';
import type {StepRecord} from './record.js';

/** So many losses in a row, this near the collapsed one (relative to it, or to 1), are no coincidence. */
const [PINNED_FOR, PINNED_WITHIN] = [50, 1e-3];
/** A tenth of the spread of 2048 numbers that cover the sphere; of fewer numbers it is less than a tenth. */
const LEAST_SPREAD = 0.002;
/** So many metrics in a row that are below. */
const SPREAD_FOR = 3;

const ADVICE =
  'try a higher temperature, a lower learning rate or a longer warm-up, stronger augmentations, and a loss that ' +
  'keeps different images apart';

/** Looks at the records of a run as they come. */
export interface Guard {
  /** A word on the run, where there is one to say: each is said once. */
  look(record: StepRecord): string | undefined;
}

/**
 * Watches a run for a collapse: projections that no longer tell images apart, by the spread of the L2-normalised
 * embeddings (metric `embeddingSpread`) and by a loss that stays at what it is when all projections are alike,
 * ln(2n − 1) for NT-Xent and ln(K + 1) for MoCo. The latter is also where a loss ends that nothing keeps from
 * collapsing.
 *
 * @param n Images a batch.
 */
export async function createGuard<T extends tf.NamedTensorMap>(method: Method<T>, n: number): Promise<Guard> {
  const collapsed = await collapsedLoss(method, n);
  let [pinned, narrow] = [0, 0];
  const said = new Set<string>();
  const once = (text: string | undefined): string | undefined => {
    if (text === undefined || said.has(text)) return undefined;
    said.add(text);
    return text;
  };

  return {
    look({step, loss, metrics}) {
      const near = Math.abs(loss - collapsed) <= PINNED_WITHIN * Math.max(1, Math.abs(collapsed));
      pinned = near ? pinned + 1 : 0;
      if (metrics?.embeddingSpread !== undefined) narrow = metrics.embeddingSpread < LEAST_SPREAD ? narrow + 1 : 0;
      if (pinned >= PINNED_FOR) {
        pinned = 0;
        const value = collapsed.toFixed(3);
        const seen = once(
          `the loss has stayed at ${value} for ${PINNED_FOR} steps, which it is when the networks give all images ` +
            `one point; ${ADVICE}.`,
        );
        if (seen !== undefined) return seen;
      }
      if (narrow >= SPREAD_FOR) {
        narrow = 0;
        const seen = once(
          `the embeddings spread by less than ${LEAST_SPREAD} (1/√d when they cover the sphere): the networks give ` +
            `all images nearly one point; ${ADVICE}.`,
        );
        if (seen !== undefined) return seen;
      }
      return once(method.remark?.({step, loss}));
    },
  };
}

/** The loss of projections that are all alike; NaN where the method does not tell, or has a loss that cannot. */
async function collapsedLoss(method: Method, n: number): Promise<number> {
  if (method.collapsedLoss === undefined) return NaN;
  let value: tf.Scalar;
  try {
    value = tf.tidy(() => method.collapsedLoss?.(n) ?? tf.scalar(NaN));
  } catch {
    return NaN; // a loss that takes more than made-up projections
  }
  try {
    return (await value.data())[0];
  } finally {
    value.dispose();
  }
}
