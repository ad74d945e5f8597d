import * as tf from '@tensorflow/tfjs-core';
import {sgd, type Optimizer} from '@contrastive/optim';
import type {Method, StepRecord, Views} from '../src/index.js';

/** Images a batch, pixels an image, numbers a projection. */
const [n, pixels, d] = [3, 4, 2];

/** Pixel `p` of image `i` of the given view and step. */
const pixel = (step: number, view: number, i: number, p: number): number =>
  0.5 + 0.5 * Math.sin(1 + step + 2 * view + 0.7 * i + 1.3 * p);

const images = (step: number, view: number): tf.Tensor4D =>
  tf.tensor4d(
    Float32Array.from({length: n * pixels}, (_, k) => pixel(step, view, Math.floor(k / pixels), k % pixels)),
    [n, 2, 2, 1],
  );

/** What a stream of batches went through. */
export interface Log {
  pulled: number;
  closed: boolean;
}

/** Batches for steps `from` to `to − 1`. */
export async function* batches(
  from: number,
  to: number,
  log: Log = {pulled: 0, closed: false},
): AsyncGenerator<Views, void, undefined> {
  try {
    for (let step = from; step < to; step++) {
      await Promise.resolve();
      log.pulled++;
      yield {
        first: images(step, 0),
        second: images(step, 1),
        indices: Int32Array.from({length: n}, (_, i) => step * n + i),
      };
    }
  } finally {
    log.closed = true;
  }
}

/** The first weights of the tiny method, `[pixels, d]`. */
const initial = (p: number, j: number): number => Math.cos(p + 2 * j);

/** Hooks that let a test watch or break a step. */
export interface Hooks {
  readonly onCall?: (name: string, step?: number) => void;
  readonly project?: (z: tf.Tensor2D) => tf.Tensor2D;
  readonly loss?: (loss: tf.Scalar) => tf.Scalar;
  readonly remark?: string;
}

/**
 * A linear encoder whose view one must match what it made of view two before the step: `mean((x₁w − x₂w₀)²)`, with
 * `x₂w₀` constant.
 */
export function tinyMethod({onCall = () => undefined, project = z => z, loss = x => x, remark}: Hooks = {}): Method & {
  readonly w: tf.Variable;
} {
  const w = tf.tidy(() =>
    tf.variable(tf.tensor2d(Array.from({length: pixels}, (_, p) => Array.from({length: d}, (_, j) => initial(p, j))))),
  );
  const encode = (x: tf.Tensor): tf.Tensor2D => tf.matMul(tf.reshape(x, [n, pixels]), tf.reshape(w, [pixels, d]));
  return {
    w,
    parameters: {'encoder/w': w},
    targets(views, {step}) {
      onCall('targets', step);
      return {keys: encode(views.second)};
    },
    project(views) {
      onCall('project');
      const z1 = project(encode(views.first));
      return {z1, z2: z1};
    },
    loss({z1}, {keys}) {
      onCall('loss');
      return loss(tf.mean<tf.Scalar>(tf.squaredDifference(z1, keys)));
    },
    update(_, {step}) {
      onCall('update', step);
    },
    metrics({z1}, {keys}) {
      onCall('metrics');
      return {first: tf.mean(z1), keys: tf.mean(keys)};
    },
    ...(remark !== undefined && {remark: () => remark}),
    state: () => ({'encoder/w': w}),
    restore: () => Promise.resolve(),
    dispose() {
      w.dispose();
    },
  };
}

/** A method and its optimiser, freed together. */
export function setUp(hooks: Hooks = {}): {
  method: ReturnType<typeof tinyMethod>;
  optimizer: Optimizer;
  free: () => void;
} {
  const method = tinyMethod(hooks);
  const optimizer = sgd(method.parameters, {momentum: 0});
  const free = (): void => {
    method.dispose();
    optimizer.dispose();
  };
  return {method, optimizer, free};
}

/** All records, and the error that ended them. */
export async function collect(run: AsyncIterable<StepRecord>): Promise<{records: StepRecord[]; error?: unknown}> {
  const records: StepRecord[] = [];
  try {
    for await (const record of run) records.push(record);
    return {records};
  } catch (error) {
    return {records, error};
  }
}

/** The run in plain float64 arithmetic: losses and final weights `[pixels][d]`. */
export function oracle(steps: number, learningRate: (step: number) => number): {losses: number[]; weights: number[][]} {
  const range = (length: number): number[] => Array.from({length}, (_, i) => i);
  let w = range(pixels).map(p => range(d).map(j => initial(p, j)));
  const encode = (step: number, view: number): number[][] =>
    range(n).map(i => range(d).map(j => range(pixels).reduce((sum, p) => sum + pixel(step, view, i, p) * w[p][j], 0)));
  const losses = range(steps).map(step => {
    const [z, keys] = [encode(step, 0), encode(step, 1)];
    const difference = z.map((row, i) => row.map((x, j) => x - keys[i][j]));
    w = w.map((row, p) =>
      row.map(
        (x, j) =>
          x -
          learningRate(step) *
            range(n).reduce((sum, i) => sum + (2 / (n * d)) * pixel(step, 0, i, p) * difference[i][j], 0),
      ),
    );
    return difference.flat().reduce((sum, x) => sum + x * x, 0) / (n * d);
  });
  return {losses, weights: w};
}
