import * as tf from '@tensorflow/tfjs-core';
import {kind} from '@contrastive/internal';
import {createPause} from '../pause.js';
import type {Features} from '../features.js';
import {lbfgs} from './lbfgs.js';
import {linearObjective, type ScoreLoss} from './linear-objective.js';

/** A linear function of features to scores, one a class, as plain data. */
export interface LinearScores {
  /** Features of one image. */
  readonly columns: number;
  /** `[columns, c]`. */
  readonly weights: Float32Array;
  /** `[c]`. */
  readonly bias: Float32Array;
}

/** What is one. */
export const linearRule = kind(
  'a model of logisticRegression or oneVsRest',
  value => {
    const {bias, weights, columns} = Object(value) as LinearScores;
    return [bias, weights].every(one => ArrayBuffer.isView(one)) && weights.length === columns * bias.length;
  },
  'typed arrays do not come back from JSON as they were',
);

/** Throws unless a fit can go on from a model: its numbers are finite. */
export function checkFinite(where: string, {weights, bias}: LinearScores): void {
  const wrong = [...weights, ...bias].find(value => !Number.isFinite(value));
  if (wrong === undefined) return;
  throw new RangeError(`${where}: expected finite numbers as weights and bias of initial, got ${wrong}; leave it out.`);
}

/** What came out of a fit. */
export interface LinearFit extends LinearScores {
  /** The penalty that it was fitted with. */
  readonly l2: number;
  /** Mean loss on the training rows, plus the penalty. */
  readonly loss: number;
  /** Iterations of L-BFGS. */
  readonly iterations: number;
  /** Whether the gradient fell below the tolerance; otherwise the iterations ran out or float32 gave out. */
  readonly converged: boolean;
}

/** How to fit. */
export interface FitOptions {
  /** Weight of the penalty. */
  readonly l2: number;
  /** Ends when no entry of the gradient is larger; 1e-4 by default. */
  readonly tolerance?: number;
  /** 200 by default. */
  readonly maxIterations?: number;
  /** Where to begin; zeros by default. */
  readonly initial?: LinearScores;
  readonly onIteration?: (iteration: number, loss: number) => void;
}

/** The numbers as L-BFGS holds them: `[columns, c]`, then `[c]`. */
export function flatten({weights, bias}: LinearScores): Float64Array {
  const x = new Float64Array(weights.length + bias.length);
  x.set(weights);
  x.set(bias, weights.length);
  return x;
}

/** Fits `count` scores to features by L-BFGS; nothing is checked here. */
export async function fitLinear(
  {data, rows, columns}: Features,
  count: number,
  lossOfScores: ScoreLoss,
  options: FitOptions,
): Promise<LinearFit> {
  const {l2, tolerance = 1e-4, maxIterations = 200, initial, onIteration} = options;
  const pause = createPause();
  const size = columns * count;
  const features = tf.tensor2d(data, [rows, columns]);
  const transposed = tf.transpose(features);
  try {
    const {x, value, iterations, converged} = await lbfgs(
      linearObjective({features, transposed, count, l2, loss: lossOfScores}),
      initial ? flatten(initial) : new Float64Array(size + count),
      {
        tolerance,
        maxIterations,
        onIteration: (iteration, loss) => {
          onIteration?.(iteration, loss);
          return pause();
        },
      },
    );
    const [weights, bias] = [x.subarray(0, size), x.subarray(size)].map(part => Float32Array.from(part));
    return {columns, weights, bias, l2, loss: value, iterations, converged};
  } finally {
    tf.dispose([features, transposed]);
  }
}
