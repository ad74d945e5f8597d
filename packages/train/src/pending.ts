import * as tf from '@tensorflow/tfjs-core';
import type {StepRecord} from './options.js';

/** A finished step whose numbers are still on the device. */
export interface Pending {
  readonly step: number;
  readonly learningRate: number;
  readonly loss: tf.Scalar;
  readonly metrics?: tf.NamedTensorMap;
}

/** Throws for a loss that is no finite number. */
export function refuseNonFinite(step: number, loss: number, updated: boolean): void {
  if (Number.isFinite(loss)) return;
  const state = updated
    ? 'weights since then are lost'
    : "the trained weights are those before this step; BatchNorm's running statistics have moved";
  throw new Error(
    `train: expected a finite loss of step ${step}, got ${loss}; ${state}; ` +
      'lower the learning rate, raise the temperature, and check that the images lie in [0, 1].',
  );
}

/** Takes all that is pending, reads it from the device at once, and disposes it. */
export async function readPending(pending: Pending[]): Promise<StepRecord[]> {
  if (pending.length === 0) return [];
  const steps = pending.splice(0);
  const scalars = steps.flatMap(({loss, metrics = {}}) => [loss, ...Object.values(metrics)]);
  const stacked = tf.tidy(() => tf.stack(scalars.map(scalar => tf.cast(tf.reshape(scalar, []), 'float32'))));
  try {
    const values = (await stacked.data()).values();
    const next = (): number => values.next().value ?? NaN;
    return steps.map(({step, learningRate, metrics}) => {
      const record = {step, loss: next(), learningRate};
      return metrics
        ? {...record, metrics: Object.fromEntries(Object.keys(metrics).map(name => [name, next()]))}
        : record;
    });
  } finally {
    tf.dispose([stacked, ...scalars]);
  }
}
