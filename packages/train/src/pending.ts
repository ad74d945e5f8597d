import * as tf from '@tensorflow/tfjs-core';
import type {Method} from './method.js';
import type {StepRecord, StepSeconds} from './record.js';

/** A finished step whose numbers are still on the device. */
export interface Pending {
  readonly step: number;
  readonly learningRate: number;
  readonly loss: tf.Scalar;
  readonly gradientNorm?: tf.Scalar;
  readonly metrics?: tf.NamedTensorMap;
  /** Of this rank, for the message of a loss that is not finite. */
  readonly images: Int32Array;
  /** How many ranks have as many. */
  readonly ranks: number;
  readonly seconds?: StepSeconds;
  readonly tensorBytes?: number;
  readonly epoch?: number;
}

/** What stays on the device. */
export const tensorsOf = ({loss, gradientNorm, metrics = {}}: Pending): tf.Tensor[] => [
  loss,
  ...(gradientNorm ? [gradientNorm] : []),
  ...Object.values(metrics),
];

/** What is known of a number that is not finite. */
interface NonFinite {
  /** What is trained. */
  readonly method: Pick<Method, 'state'>;
  /** Whether the step's update was made with it. */
  readonly updated: boolean;
  /** Images of the batch, as the views number them; of several ranks those of this one. */
  readonly images: Int32Array;
  readonly ranks: number;
  /** What the number is; the loss by default. */
  readonly of?: 'loss' | 'gradient norm';
}

/** How many images a message names. */
const NAMED = 8;

/**
 * Throws for a loss, or a gradient norm, that is not a finite number; the error's `images` are those of the batch.
 *
 * @throws Error
 */
export function refuseNonFinite(
  step: number,
  value: number,
  {method, updated, images, ranks, of = 'loss'}: NonFinite,
): void {
  if (Number.isFinite(value)) return;
  const normalises = 'state' in method && Object.keys(method.state()).some(name => name.endsWith('/moving_mean'));
  const state = updated
    ? 'weights since then are lost'
    : 'the trained weights are those before this step' +
      (normalises ? "; BatchNorm's running statistics have moved" : '');
  const named = [...images.subarray(0, NAMED)].join(', ') + (images.length > NAMED ? ', …' : '');
  const error = new Error(
    `train: expected a finite ${of} of step ${step}, got ${value}; ${state}; its images` +
      `${ranks > 1 ? ' on this rank' : ''} were ${named} (all in the error's images); lower the learning rate, set ` +
      'or lower clipNorm, raise the temperature, and check that the images lie in [0, 1].',
  );
  throw Object.assign(error, {images});
}

/** Takes all that is pending, reads it from the device at once, and disposes it. */
export async function readPending(pending: Pending[]): Promise<StepRecord[]> {
  if (pending.length === 0) return [];
  const steps = pending.splice(0);
  const scalars = steps.flatMap(tensorsOf);
  const stacked = tf.tidy(() => tf.stack(scalars.map(scalar => tf.cast(tf.reshape(scalar, []), 'float32'))));
  try {
    const values = (await stacked.data()).values();
    const next = (): number => values.next().value ?? NaN;
    return steps.map(({step, epoch, learningRate, gradientNorm, metrics, images, ranks, seconds, tensorBytes}) => {
      const [loss, norm] = [next(), gradientNorm ? next() : undefined];
      const whole = seconds && seconds.views + seconds.targets + seconds.gradients + seconds.update;
      return {
        step,
        ...(epoch !== undefined && {epoch}),
        loss,
        learningRate,
        ...(norm !== undefined && {gradientNorm: norm}),
        ...(metrics && {metrics: Object.fromEntries(Object.keys(metrics).map(name => [name, next()]))}),
        ...(whole !== undefined && {seconds, imagesPerSecond: (ranks * images.length) / whole, tensorBytes}),
      };
    });
  } finally {
    tf.dispose([stacked, ...scalars]);
  }
}
