import * as tf from '@tensorflow/tfjs-core';
import type {Optimizer, Parameters} from './contract.js';
import {checkGradients, checkParameters} from './check-tensors.js';
import {checkNumber} from './check.js';
import {restoreVariables} from './restore-variables.js';

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

interface Settings {
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly nesterov: boolean;
}

interface Tensors {
  readonly parameter: tf.Tensor;
  readonly gradient: tf.Tensor;
  readonly velocity: tf.Tensor;
}

/** Computes the new parameter and the new velocity. */
type Update = (tensors: Tensors, decayed: boolean) => tf.Tensor[];

/**
 * v ← m·v + g + λ·w; w ← w − η·v, or w − η·(g + λ·w + m·v) with Nesterov; by the backend's kernel `SgdUpdate` where it
 * has one, in one pass.
 */
function updateWith(settings: Settings): Update {
  // The registry's type omits that there may be none.
  const kernel = tf.getKernel('SgdUpdate', tf.getBackend()) as tf.KernelConfig | undefined;
  return kernel == null ? composed(settings) : fused(settings);
}

function fused({learningRate, momentum, weightDecay, nesterov}: Settings): Update {
  const [decaying, sparing] = [weightDecay, 0].map(decay =>
    tf.tensor1d([learningRate, momentum, decay, Number(nesterov)]),
  );
  return (tensors, decayed) =>
    tf.engine().runKernel<tf.Tensor[]>('SgdUpdate', {...tensors, settings: decayed ? decaying : sparing});
}

function composed({learningRate, momentum, weightDecay, nesterov}: Settings): Update {
  // Made once for all parameters: a scalar costs as much as an operation on a small tensor.
  const [rate, keep, decay] = [tf.scalar(learningRate), tf.scalar(momentum), tf.scalar(weightDecay)];
  return ({parameter, gradient, velocity}, decayed) => {
    const terms = decayed ? [gradient, tf.mul(parameter, decay)] : [gradient];
    const newVelocity = tf.addN(momentum === 0 ? terms : [tf.mul(velocity, keep), ...terms]);
    const direction = nesterov ? tf.addN([tf.mul(newVelocity, keep), ...terms]) : newVelocity;
    return [tf.sub(parameter, tf.mul(direction, rate)), newVelocity];
  };
}

/**
 * Stochastic gradient descent with momentum and weight decay, as `torch.optim.SGD` computes it: the decay joins the
 * gradient before the momentum, and the learning rate stays outside the velocity (Sutskever et al. 2013).
 *
 * @param parameters What to train, by stable name; changed in place by `apply`, never disposed. All float32.
 * @param options Options; see {@link SgdOptions}.
 * @returns An optimiser whose slots are named `momentum/<parameter>`; the caller disposes it.
 * @throws `TypeError` or `RangeError` for an option out of range, for no parameters or one that is not float32, before
 * any tensor is made.
 * @example
 * ```ts
 * const optimizer = sgd(method.parameters, {momentum: 0.9, weightDecay: 1e-4, decays: name =>
 * name.endsWith('/kernel')}); optimizer.apply(gradients, 0.03);
 * ```
 */
export function sgd(
  parameters: Parameters,
  {momentum = 0.9, nesterov = false, weightDecay = 0, decays = () => true}: SgdOptions = {},
): Optimizer {
  checkNumber('sgd', 'momentum', momentum, 0, 1);
  checkNumber('sgd', 'weightDecay', weightDecay, 0);
  if (nesterov && momentum === 0)
    throw new RangeError('sgd: nesterov needs a momentum above 0, got 0; set momentum, or leave nesterov out.');
  checkParameters('sgd', parameters);
  const chosen = Object.entries(parameters).map(([name, parameter]) => ({
    name,
    parameter,
    decayed: weightDecay > 0 && decays(name),
  }));
  const slots = chosen.map(slot => ({
    ...slot,
    velocity: tf.tidy(() => tf.variable(tf.zerosLike(slot.parameter), false)),
  }));
  const state = Object.fromEntries(slots.map(({name, velocity}) => [`momentum/${name}`, velocity]));

  return {
    apply(gradients, learningRate) {
      checkNumber('sgd.apply', 'learningRate', learningRate, 0);
      checkGradients('sgd.apply', parameters, gradients);
      tf.tidy(() => {
        const update = updateWith({learningRate, momentum, weightDecay, nesterov});
        for (const {name, parameter, velocity, decayed} of slots) {
          tf.tidy(() => {
            const [newParameter, newVelocity] = update({parameter, gradient: gradients[name], velocity}, decayed);
            parameter.assign(newParameter);
            velocity.assign(newVelocity);
          });
        }
      });
    },
    state: () => state,
    restore(tensors) {
      restoreVariables('sgd.restore', state, tensors);
    },
    dispose() {
      tf.dispose(state);
    },
  };
}
