import {advised, callable, checkOptions, choice, number, type Rules} from '@contrastive/internal';
import * as tf from '@tensorflow/tfjs-core';
import type {Optimizer, Parameters} from './contract.js';
import {checkParameters, createOptimizer, type Given} from './create-optimizer.js';
import {exceptNormAndBias} from './parameter-names.js';
import {checkNesterov, sgdRules} from './sgd.js';
import {officialTrust, popularTrust} from './trust.js';

/**
 * Which of the two LARS in use: `'official'` is that of SimCLR's authors, with the learning rate inside the velocity
 * and the norm of the decayed gradient; `'popular'` is that of lightly and solo-learn, with the learning rate outside
 * and the sum of the norms.
 */
export type LarsForm = 'official' | 'popular';

/** Options of {@link lars}. */
export interface LarsOptions {
  /** The fraction of the velocity that a step keeps, from 0 to below 1; by default 0.9. */
  readonly momentum?: number;
  /** Whether to step along the velocity as it will be (Nesterov); by default false. Needs a momentum above 0. */
  readonly nesterov?: boolean;
  /**
   * How much of each parameter is added to its gradient (λ), from 0 on; by default 1e-6, the paper's. The authors'
   * README has 1e-4.
   */
  readonly weightDecay?: number;
  /** How far a step may move a parameter, as a fraction of its norm (η), above 0; by default 0.001. */
  readonly trustCoefficient?: number;
  /** Which LARS; by default `'official'`. */
  readonly form?: LarsForm;
  /** Which parameters decay, by name; by default all but BatchNorm's and biases, see {@link exceptNormAndBias}. */
  readonly decays?: (name: string) => boolean;
  /**
   * Which parameters adapt their learning rate, by name; by default those for which `decays` holds. The others take it
   * in full.
   */
  readonly adapts?: (name: string) => boolean;
}

const rules: Rules<LarsOptions> = {
  ...sgdRules,
  trustCoefficient: advised(number({above: 0}), 'with 0 nothing would move'),
  form: choice('official', 'popular'),
  adapts: callable,
};

/** The numbers of a step. */
interface Settings extends Required<Omit<LarsOptions, 'decays' | 'adapts'>> {
  readonly learningRate: number;
}

/** Computes the new parameter and the new velocity. */
type Update = (given: Given, decays: boolean, adapts: boolean) => tf.Tensor[];

/**
 * d ← g + λ·w; v ← m·v + η·t·d; w ← w − v with the trust ratio t, or v ← m·v + t·d; w ← w − η·v in the popular form.
 */
function updateWith({
  learningRate,
  momentum,
  nesterov,
  weightDecay: decayRate,
  trustCoefficient: coefficient,
  form,
}: Settings): Update {
  const [rate, keep, weightDecay, trustCoefficient] = [learningRate, momentum, decayRate, coefficient].map(value =>
    tf.scalar(value),
  );
  const [trust, inside] = form === 'official' ? [officialTrust, true] : [popularTrust, false];
  const plus = (velocity: tf.Tensor, scaled: tf.Tensor): tf.Tensor =>
    momentum === 0 ? scaled : tf.addN([tf.mul(velocity, keep), scaled]);
  return ({parameter, gradient, slots: [velocity]}, decays, adapts) => {
    const decayed = decays ? tf.addN([gradient, tf.mul(parameter, weightDecay)]) : gradient;
    const ratio = adapts ? [trust({parameter, gradient, decayed, trustCoefficient, weightDecay})] : [];
    const factors = inside ? [...ratio, rate] : ratio;
    const scaled =
      factors.length === 0
        ? decayed
        : tf.mul(
            decayed,
            factors.reduce((a, b) => tf.mul(a, b)),
          );
    const newVelocity = plus(velocity, scaled);
    const direction = nesterov ? plus(newVelocity, scaled) : newVelocity;
    return [tf.sub(parameter, inside ? direction : tf.mul(direction, rate)), newVelocity];
  };
}

/**
 * Stochastic gradient descent with momentum whose learning rate adapts to each parameter: whatever its scale, a
 * gradient moves the parameter by the fraction `learningRate · η` of its norm, which lets batches of thousands learn
 * (You, Gitman & Ginsburg 2017, arXiv 1708.03888; for SimCLR Chen et al. 2020, arXiv 2002.05709, section 2.2).
 *
 * BatchNorm's parameters and biases neither decay nor adapt, so they take the learning rate in full, as in the authors'
 * code. In the popular form a parameter that does not decay, or any with `weightDecay: 0`, does not adapt either. The
 * velocities of the two forms differ by the learning rate: restore a state into the form that it was saved from.
 *
 * @param parameters What to train, by stable name; changed in place by `apply`, never disposed. All float32.
 * @param options Options; see {@link LarsOptions}.
 * @returns An optimiser whose slots are named `momentum/<parameter>`; the caller disposes it.
 * @throws `TypeError` or `RangeError` for a bad or unknown option, for no parameters or one that is not float32, before
 * any tensor is made.
 * @example
 * ```ts
 * const optimizer = lars(method.parameters, {weightDecay: 1e-4});
 * optimizer.apply(gradients, linearScaling(0.3, 4096)); // 4.8
 * ```
 */
export function lars(parameters: Parameters, options: LarsOptions = {}): Optimizer {
  checkOptions('lars', options, rules);
  const {momentum = 0.9, nesterov = false, weightDecay = 1e-6, trustCoefficient = 0.001, form = 'official'} = options;
  const {decays = exceptNormAndBias, adapts = decays} = options;
  checkNesterov('lars', nesterov, momentum);
  checkParameters('lars', parameters);
  const names = Object.keys(parameters);
  const decayed = new Set(names.filter(name => weightDecay > 0 && decays(name)));
  const adapted = new Set(names.filter(name => (form === 'official' || decayed.has(name)) && adapts(name)));
  return createOptimizer({
    where: 'lars',
    parameters,
    slots: ['momentum'],
    updateWith(learningRate) {
      const update = updateWith({momentum, nesterov, weightDecay, trustCoefficient, form, learningRate});
      return given => update(given, decayed.has(given.name), adapted.has(given.name));
    },
  });
}
