import {callable, checkOptions, flag, number, type Rules} from '@contrastive/internal';
import * as tf from '@tensorflow/tfjs-core';
import type {Optimizer, Parameters} from './contract.js';
import {checkParameters, createOptimizer, type Given} from './create-optimizer.js';

/** Options of {@link sgd}. */
export interface SgdOptions {
  /** The fraction of the velocity that a step keeps, from 0 to below 1; by default 0.9. */
  readonly momentum?: number;
  /** Whether to step along the velocity as it will be (Nesterov); by default false. Needs a momentum above 0. */
  readonly nesterov?: boolean;
  /** How much of each parameter is added to its gradient, from 0 on; by default 0. */
  readonly weightDecay?: number;
  /** Which parameters decay, by name; by default all, as MoCo has it. SimCLR spares those of BatchNorm. */
  readonly decays?: (name: string) => boolean;
}

/** What the options of {@link sgd} may be; LARS has them too. */
export const sgdRules: Rules<SgdOptions> = {
  momentum: number({least: 0, below: 1}),
  nesterov: flag,
  weightDecay: number({least: 0}),
  decays: callable,
};

/** Throws where Nesterov's step has no velocity to look ahead along. */
export function checkNesterov(where: string, nesterov: boolean, momentum: number): void {
  if (nesterov && momentum === 0) {
    throw new RangeError(
      `${where}: expected a momentum above 0 with nesterov, got 0; set momentum, or leave nesterov out.`,
    );
  }
}

/** The numbers of a step. */
interface Settings {
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly nesterov: boolean;
}

/** Computes the new parameter and the new velocity. */
type Update = (given: Given, decays: boolean) => tf.Tensor[];

/** v ← m·v + g + λ·w; w ← w − η·v, or w − η·(g + λ·w + m·v) with Nesterov. */
function updateWith({learningRate, momentum, weightDecay, nesterov}: Settings): Update {
  // Made once for all parameters: a scalar costs as much as an operation on a small tensor.
  const [rate, keep, decay] = [tf.scalar(learningRate), tf.scalar(momentum), tf.scalar(weightDecay)];
  return ({parameter, gradient, slots: [velocity]}, decays) => {
    const terms = decays ? [gradient, tf.mul(parameter, decay)] : [gradient];
    const newVelocity = tf.addN(momentum === 0 ? terms : [tf.mul(velocity, keep), ...terms]);
    const direction = nesterov ? tf.addN([tf.mul(newVelocity, keep), ...terms]) : newVelocity;
    return [tf.sub(parameter, tf.mul(direction, rate)), newVelocity];
  };
}

/** The same of all parameters in one pass, by the backend's kernel `SgdStep`; undefined where it has none. */
function updateAll(
  given: readonly Given[],
  {learningRate, momentum, weightDecay, nesterov}: Settings,
  decays: (name: string) => boolean,
): tf.Tensor[][] | undefined {
  // The registry's type omits that there may be none.
  const kernel = tf.getKernel('SgdStep', tf.getBackend()) as tf.KernelConfig | undefined;
  if (kernel == null) return undefined;
  const decay = given.map(({name}) => (decays(name) ? weightDecay : 0));
  const inputs = [
    ...given.map(({parameter}) => parameter),
    ...given.map(({gradient}) => gradient),
    ...given.map(({slots: [velocity]}) => velocity),
    tf.tensor1d([learningRate, momentum, Number(nesterov), ...decay]),
  ];
  const results = tf.engine().runKernel<tf.Tensor[]>('SgdStep', Object.fromEntries(inputs.entries()));
  return given.map((_, i) => [results[i], results[given.length + i]]);
}

/**
 * Stochastic gradient descent with momentum and weight decay, as `torch.optim.SGD` computes it: the decay joins the
 * gradient before the momentum, and the learning rate stays outside the velocity (Sutskever et al. 2013).
 *
 * @param parameters What to train, by stable name; changed in place by `apply`, never disposed. All float32.
 * @param options Options; see {@link SgdOptions}.
 * @returns An optimiser whose slots are named `momentum/<parameter>`; the caller disposes it.
 * @throws `TypeError` or `RangeError` for a bad or unknown option, for no parameters or one that is not float32, before
 * any tensor is made.
 * @example
 * ```ts
 * const optimizer = sgd(method.parameters, {momentum: 0.9, weightDecay: 1e-4, decays: exceptNormAndBias});
 * optimizer.apply(gradients, 0.03);
 * ```
 */
export function sgd(parameters: Parameters, options: SgdOptions = {}): Optimizer {
  checkOptions('sgd', options, sgdRules);
  const {momentum = 0.9, nesterov = false, weightDecay = 0, decays = () => true} = options;
  checkNesterov('sgd', nesterov, momentum);
  checkParameters('sgd', parameters);
  const decayed = new Set(Object.keys(parameters).filter(name => weightDecay > 0 && decays(name)));
  return createOptimizer({
    where: 'sgd',
    parameters,
    slots: ['momentum'],
    updateWith(learningRate) {
      const update = updateWith({learningRate, momentum, weightDecay, nesterov});
      return given => update(given, decayed.has(given.name));
    },
    updateAll: (given, learningRate) =>
      updateAll(given, {learningRate, momentum, weightDecay, nesterov}, name => decayed.has(name)),
  });
}
