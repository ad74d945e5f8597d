import * as tf from '@tensorflow/tfjs-core';
import type {Optimizer, Parameters} from './contract.js';
import {checkGradients, checkParameters} from './check-tensors.js';
import {checkFunction, checkNumber} from './check.js';
import {restoreVariables} from './restore-variables.js';
import {zeroSlots} from './slots.js';

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

interface Settings extends Required<Omit<AdamWOptions, 'decays'>> {
  readonly learningRate: number;
  /** Steps counted from 1, int32. */
  readonly step: tf.Tensor;
}

interface Slot {
  readonly name: string;
  readonly parameter: tf.Variable;
  readonly first: tf.Variable;
  readonly second: tf.Variable;
  readonly decayed: boolean;
}

/** Computes the new parameter and its new moments. */
type Update = (slot: Slot, gradient: tf.Tensor) => tf.Tensor[];

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
  return ({parameter, first, second, decayed}, gradient) => {
    const newFirst = tf.addN([tf.mul(first, keep1), tf.mul(gradient, take1)]);
    const newSecond = tf.addN([tf.mul(second, keep2), tf.mul(tf.square(gradient), take2)]);
    const direction = tf.div(tf.mul(newFirst, rate), tf.add(tf.sqrt(newSecond), offset));
    return [tf.sub(decayed ? tf.mul(parameter, shrink) : parameter, direction), newFirst, newSecond];
  };
}

/**
 * Adam with decoupled weight decay, as `torch.optim.AdamW` computes it (Kingma & Ba 2015, arXiv 1412.6980, algorithm 1;
 * Loshchilov & Hutter 2019, arXiv 1711.05101, algorithm 2): the decay shrinks the parameter by `learningRate ·
 * weightDecay` and stays out of the moments.
 *
 * @param parameters What to train, by stable name; changed in place by `apply`, never disposed. All float32.
 * @param options Options; see {@link AdamWOptions}.
 * @returns An optimiser whose slots are named `firstMoment/<parameter>`, `secondMoment/<parameter>` and `step` (a
 * scalar, int32); the caller disposes it.
 * @throws `TypeError` or `RangeError` for an option out of range, for no parameters or one that is not float32, before
 * any tensor is made.
 * @example
 * ```ts
 * const optimizer = adamw(method.parameters, {weightDecay: 0.05, decays: exceptNormAndBias});
 * optimizer.apply(gradients, 1e-3);
 * ```
 */
export function adamw(
  parameters: Parameters,
  {beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.01, decays = () => true}: AdamWOptions = {},
): Optimizer {
  checkNumber('adamw', 'beta1', beta1, 0, 1);
  checkNumber('adamw', 'beta2', beta2, 0, 1);
  checkNumber('adamw', 'epsilon', epsilon, 0);
  checkNumber('adamw', 'weightDecay', weightDecay, 0);
  checkFunction('adamw', 'decays', decays);
  checkParameters('adamw', parameters);
  const kinds = Object.keys(parameters).map(name => ({name, decayed: weightDecay > 0 && decays(name)}));
  const step = tf.tidy(() => tf.variable(tf.scalar(0, 'int32'), false));
  const state: Parameters = {...zeroSlots('firstMoment', parameters), ...zeroSlots('secondMoment', parameters), step};
  const slots = kinds.map(({name, decayed}): Slot => ({
    name,
    parameter: parameters[name],
    first: state[`firstMoment/${name}`],
    second: state[`secondMoment/${name}`],
    decayed,
  }));

  return {
    apply(gradients, learningRate) {
      checkNumber('adamw.apply', 'learningRate', learningRate, 0);
      checkGradients('adamw.apply', parameters, gradients);
      tf.tidy(() => {
        step.assign(tf.add(step, tf.scalar(1, 'int32')));
        const update = updateWith({beta1, beta2, epsilon, weightDecay, learningRate, step});
        for (const slot of slots) {
          tf.tidy(() => {
            const [newParameter, newFirst, newSecond] = update(slot, gradients[slot.name]);
            slot.parameter.assign(newParameter);
            slot.first.assign(newFirst);
            slot.second.assign(newSecond);
          });
        }
      });
    },
    state: () => state,
    restore(tensors) {
      restoreVariables('adamw.restore', state, tensors);
    },
    dispose() {
      tf.dispose(state);
    },
  };
}
