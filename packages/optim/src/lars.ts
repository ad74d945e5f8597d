import * as tf from '@tensorflow/tfjs-core';
import type {Optimizer, Parameters} from './contract.js';
import {checkGradients, checkParameters} from './check-tensors.js';
import {checkFunction, checkNumber} from './check.js';
import {exceptNormAndBias} from './parameter-names.js';
import {restoreVariables} from './restore-variables.js';
import {zeroSlots} from './slots.js';
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

interface Settings extends Required<Omit<LarsOptions, 'decays' | 'adapts'>> {
  readonly learningRate: number;
}

interface Slot {
  readonly name: string;
  readonly parameter: tf.Variable;
  readonly velocity: tf.Variable;
  readonly decayed: boolean;
  readonly adapted: boolean;
}

/** Computes the new parameter and the new velocity. */
type Update = (slot: Slot, gradient: tf.Tensor) => tf.Tensor[];

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
  return ({parameter, velocity, decayed: decays, adapted}, gradient) => {
    const decayed = decays ? tf.addN([gradient, tf.mul(parameter, weightDecay)]) : gradient;
    const ratio = adapted ? [trust({parameter, gradient, decayed, trustCoefficient, weightDecay})] : [];
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

function checkOptions({
  momentum,
  nesterov,
  weightDecay,
  trustCoefficient,
  form,
  decays,
  adapts,
}: Required<LarsOptions>): void {
  checkNumber('lars', 'momentum', momentum, 0, 1);
  checkNumber('lars', 'weightDecay', weightDecay, 0);
  checkNumber('lars', 'trustCoefficient', trustCoefficient, 0);
  if (trustCoefficient === 0)
    throw new RangeError('lars: trustCoefficient must be above 0, got 0; with 0 nothing would move.');
  if (nesterov && momentum === 0)
    throw new RangeError('lars: nesterov needs a momentum above 0, got 0; set momentum, or leave nesterov out.');
  if (!['official', 'popular'].includes(form))
    throw new TypeError(`lars: form must be 'official' or 'popular', got ${JSON.stringify(form)}.`);
  checkFunction('lars', 'decays', decays);
  checkFunction('lars', 'adapts', adapts);
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
 * @throws `TypeError` or `RangeError` for an option out of range, for no parameters or one that is not float32, before
 * any tensor is made.
 * @example
 * ```ts
 * const optimizer = lars(method.parameters, {weightDecay: 1e-4});
 * optimizer.apply(gradients, linearScaling(0.3, 4096)); // 4.8
 * ```
 */
export function lars(parameters: Parameters, options: LarsOptions = {}): Optimizer {
  const {
    momentum = 0.9,
    nesterov = false,
    weightDecay = 1e-6,
    trustCoefficient = 0.001,
    form = 'official',
    decays = exceptNormAndBias,
  } = options;
  const {adapts = decays} = options;
  const settings = {momentum, nesterov, weightDecay, trustCoefficient, form};
  checkOptions({...settings, decays, adapts});
  checkParameters('lars', parameters);
  const kinds = Object.keys(parameters).map(name => {
    const decayed = weightDecay > 0 && decays(name);
    return {name, decayed, adapted: (decayed || form === 'official') && adapts(name)};
  });
  const state = zeroSlots('momentum', parameters);
  const slots = kinds.map((kind): Slot => ({
    ...kind,
    parameter: parameters[kind.name],
    velocity: state[`momentum/${kind.name}`],
  }));

  return {
    apply(gradients, learningRate) {
      checkNumber('lars.apply', 'learningRate', learningRate, 0);
      checkGradients('lars.apply', parameters, gradients);
      tf.tidy(() => {
        const update = updateWith({...settings, learningRate});
        for (const slot of slots) {
          tf.tidy(() => {
            const [newParameter, newVelocity] = update(slot, gradients[slot.name]);
            slot.parameter.assign(newParameter);
            slot.velocity.assign(newVelocity);
          });
        }
      });
    },
    state: () => state,
    restore(tensors) {
      restoreVariables('lars.restore', state, tensors);
    },
    dispose() {
      tf.dispose(state);
    },
  };
}
