import * as tf from '@tensorflow/tfjs-core';
import type {Loss, LossInput} from '../src/index.js';

/** A loss of any kind of input: every `Loss` is one of these. */
export type AnyLoss = Loss<Required<LossInput>>;

/** A batch as plain numbers. */
export interface Batch {
  readonly z1: number[][];
  readonly z2: number[][];
  readonly negatives?: number[][];
  readonly labels?: number[];
}

/** The batch as tensors; a test gives its loss what it needs. */
const tensors = ({z1, z2, negatives, labels}: Batch): Required<LossInput> =>
  ({
    z1: tf.tensor2d(z1),
    z2: tf.tensor2d(z2),
    ...(negatives && {negatives: tf.tensor2d(negatives)}),
    ...(labels && {labels: tf.tensor1d(labels, 'int32')}),
  }) as Required<LossInput>;

/** The loss of a batch. */
export const evaluate = (loss: AnyLoss, batch: Batch): number => tf.tidy(() => loss(tensors(batch)).dataSync()[0]);

/** The gradients of both views, flat. */
export const gradients = (loss: AnyLoss, batch: Batch): [by1: number[], by2: number[]] => {
  const result: [number[], number[]] = [[], []];
  tf.tidy(() => {
    const {z1, z2, ...rest} = tensors(batch);
    const [by1, by2] = tf.grads((a, b) => loss({...rest, z1: a as tf.Tensor2D, z2: b as tf.Tensor2D}))([z1, z2]);
    result[0].push(...by1.dataSync());
    result[1].push(...by2.dataSync());
  });
  return result;
};

/** Numbers that look random, `[rows, columns]`, the first rows the longest. */
export const wave = (rows: number, columns: number, phase: number): number[][] =>
  Array.from({length: rows}, (_, i) =>
    Array.from(
      {length: columns},
      (_, j) => Math.sin(phase + 2.7 * i + 1.3 * j * (1 + 0.1 * i)) * (1 + (rows - i) / rows),
    ),
  );

/** The rows scaled to length 1. */
export const unit = (rows: number[][]): number[][] => rows.map(row => row.map(x => x / Math.hypot(...row)));

/** The largest absolute value. */
export const largest = (numbers: readonly number[]): number => Math.max(...numbers.map(Math.abs));
