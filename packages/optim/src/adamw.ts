import {callable, checkOptions, number, type Rules} from '@contrastive/internal';
import * as tf from '@tensorflow/tfjs-core';
import type {Optimizer, Parameters} from './contract.js';
import {checkParameters, createOptimizer, type Given} from './create-optimizer.js';

/** Options of {@link adamw}, with torch's defaults. */
export interface AdamWOptions {
  /** The fraction of the mean of gradients that a step keeps (β₁), from 0 to below 1; by default 0.9. */
  readonly beta1?: number;
  /** The fraction of the mean of squared gradients that a step keeps (β₂), from 0 to below 1; by default 0.999. */
  readonly beta2?: number;
  /** Added to the root of the mean of squared gradients, from 0 on; by default 1e-8. */
  readonly epsilon?: number;
  /** The fraction of each parameter that a step takes away, times the learning rate (λ); from 0 on, by default 0.01. */
  readonly weightDecay?: number;
  /** Which parameters decay, by name; by default all. */
  readonly decays?: (name: string) => boolean;
}

const rules: Rules<AdamWOptions> = {
  beta1: number({least: 0, below: 1}),
  beta2: number({least: 0, below: 1}),
  epsilon: number({least: 0}),
  weightDecay: number({least: 0}),
  decays: callable,
};

/** The numbers of a step. */
interface Settings extends Required<Omit<AdamWOptions, 'decays'>> {
  readonly learningRate: number;
  /** Steps counted from 1, int32. */
  readonly step: tf.Tensor;
}

/** Computes the new parameter and its new moments. */
type Update = (given: Given, decays: boolean) => tf.Tensor[];

/**
 * 1 − βᵗ, on the device, as −expm1(t · ln β): in single precision 1 − 0.999 alone would be wrong in the fifth digit.
 */
const correction = (beta: number, step: tf.Tensor): tf.Tensor =>
  tf.neg(tf.expm1(tf.mul(step, tf.scalar(Math.log(beta)))));

/** m ← β₁·m + (1 − β₁)·g; v ← β₂·v + (1 − β₂)·g²; w ← w·(1 − η·λ) − η/c₁ · m / (√(v/c₂) + ε) with cᵢ = 1 − βᵢᵗ. */
function updateWith({learningRate, beta1, beta2, epsilon, weightDecay, step}: Settings): Update {
  const t = tf.cast(step, 'float32');
  const root2 = tf.sqrt(correction(beta2, t));
  // Numerator and denominator times √c₂: one pass less over each parameter.
  const rate = tf.div(tf.mul(root2, learningRate), correction(beta1, t));
  const offset = tf.mul(root2, epsilon);
  const [keep1, take1, keep2, take2, shrink] = [beta1, 1 - beta1, beta2, 1 - beta2, 1 - learningRate * weightDecay].map(
    value => tf.scalar(value),
  );
  return ({parameter, gradient, slots: [first, second]}, decays) => {
    const newFirst = tf.addN([tf.mul(first, keep1), tf.mul(gradient, take1)]);
    const newSecond = tf.addN([tf.mul(second, keep2), tf.mul(tf.square(gradient), take2)]);
    const direction = tf.div(tf.mul(newFirst, rate), tf.add(tf.sqrt(newSecond), offset));
    return [tf.sub(decays ? tf.mul(parameter, shrink) : parameter, direction), newFirst, newSecond];
  };
}

/**
 * Adam with decoupled weight decay, as `torch.optim.AdamW` computes it (Kingma & Ba 2015, arXiv 1412.6980, algorithm 1;
 * Loshchilov & Hutter 2019, arXiv 1711.05101, algorithm 2): the decay shrinks the parameter by
 * `learningRate · weightDecay` and stays out of the moments.
 *
 * @param parameters What to train, by stable name; changed in place by `apply`, never disposed. All float32.
 * @param options Options; see {@link AdamWOptions}.
 * @returns An optimiser whose slots are named `firstMoment/<parameter>`, `secondMoment/<parameter>` and `step` (a
 * scalar, int32); the caller disposes it.
 * @throws `TypeError` or `RangeError` for a bad or unknown option, for no parameters or one that is not float32, before
 * any tensor is made.
 * @example
 * ```ts
 * const optimizer = adamw(method.parameters, {weightDecay: 0.05, decays: exceptNormAndBias});
 * optimizer.apply(gradients, 1e-3);
 * ```
 */
export function adamw(parameters: Parameters, options: AdamWOptions = {}): Optimizer {
  checkOptions('adamw', options, rules);
  const {beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.01, decays = () => true} = options;
  checkParameters('adamw', parameters);
  const decayed = new Set(Object.keys(parameters).filter(name => weightDecay > 0 && decays(name)));
  const step = tf.tidy(() => tf.variable(tf.scalar(0, 'int32'), false));
  return createOptimizer({
    where: 'adamw',
    parameters,
    slots: ['firstMoment', 'secondMoment'],
    more: {step},
    updateWith(learningRate) {
      step.assign(tf.add(step, tf.scalar(1, 'int32')));
      const update = updateWith({beta1, beta2, epsilon, weightDecay, learningRate, step});
      return given => update(given, decayed.has(given.name));
    },
  });
}
