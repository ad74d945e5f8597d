import * as tf from '@tensorflow/tfjs-core';
import type {KernelSet} from '../../native/load-kernels.js';
import {replaceGradient, replaceKernel} from '../register.js';
import type {NativeBackend, OpAttribute} from './native-backend.js';

/** What the kernels are called with; epsilon and rate count in the forward pass only. */
interface Attributes {
  readonly epsilon?: number;
  /** The fraction of the way that the running statistics move to those of the batch. */
  readonly rate?: number;
  /** Whether ReLU follows. */
  readonly relu?: boolean;
}

const attributes = (
  {binding}: NativeBackend,
  {epsilon = 0, rate = 0, relu = false}: Attributes = {},
): OpAttribute[] => [
  {name: 'epsilon', type: binding.TF_ATTR_FLOAT, value: epsilon},
  {name: 'rate', type: binding.TF_ATTR_FLOAT, value: rate},
  {name: 'relu', type: binding.TF_ATTR_INT, value: relu ? 1 : 0},
];

/**
 * Gradients of `NormRelu` and `NormAddRelu` through their first output, by the kernels of these names with `Grad`. They
 * save x, and with a shortcut the result, which the next layer keeps alive anyway.
 */
const registerGradients = (): void => {
  const register = (name: string, withShortcut: boolean): void => {
    replaceGradient(name, () => ({
      inputsToSave: ['x', 'gamma', 'beta'],
      outputsToSave: [withShortcut, false, false, true],
      gradFunc: (dys, [x, gamma, beta, ...rest], attrs) => {
        const [dy] = dys as tf.Tensor[];
        const [statistics, y] = rest.reverse();
        const inputs = {dy, x, gamma, beta, statistics, ...(withShortcut && {y})};
        const [dx, dgamma, dbeta, dshortcut] = tf.engine().runKernel<tf.Tensor[]>(`${name}Grad`, inputs, attrs);
        const none = (): tf.Tensor => tf.zerosLike(gamma);
        return {
          x: () => dx,
          gamma: () => dgamma,
          beta: () => dbeta,
          shortcut: () => dshortcut,
          runningMean: none,
          runningVariance: none,
        };
      },
    }));
  };
  register('NormRelu', false);
  register('NormAddRelu', true);
};

/**
 * Registers BatchNorm in training with what follows it as one op each way (native/kernels/norm.cc), with the channels
 * at the last axis of `x`:
 *
 * - `NormRelu`: inputs {x, gamma, beta, runningMean, runningVariance}, outputs [y, new running mean, new running
 *   variance, statistics `[3, c]`]; `NormAddRelu` the same, with a `shortcut` like x that is added before ReLU;
 * - `NormReluGrad`: inputs {dy, x, gamma, beta, statistics}, outputs [dx, dgamma, dbeta]; `NormAddReluGrad` with y too,
 *   and with the gradient of the shortcut as the last output;
 * - `NormReluAgain`: inputs {x, gamma, beta, statistics}, output y;
 * - for the statistics of n processes: `NormMoments`, input {x}, output its mean, its biased variance and what the mean
 *   lost when it was rounded, `[3, c]`; `NormMerged`, input {moments} of all processes, `[3n, c]`, outputs [statistics,
 *   mean, biased variance]; `NormReluGradSums` and `NormReluGradOfSums`, the two halves of `NormReluGrad`, outputs
 *   [dgamma, dbeta] and dx, the second with inputs {dgamma, dbeta} too.
 *
 * @param set The kernels that are loaded.
 */
export const registerNormRelu = (set: KernelSet): void => {
  const register = (name: string, op: string, used: readonly string[], outputs: number): void => {
    replaceKernel<NativeBackend, Attributes>(name, 'tensorflow', ({inputs, attrs, backend}) => {
      const given = used.map((input): tf.TensorInfo => inputs[input]);
      return outputs === 1
        ? backend.executeSingleOutput(`Contrastive${set}${op}`, attributes(backend, attrs), given)
        : backend.executeMultipleOutputs(`Contrastive${set}${op}`, attributes(backend, attrs), given, outputs);
    });
  };
  const batch = ['x', 'gamma', 'beta', 'runningMean', 'runningVariance'];
  const saved = ['x', 'gamma', 'beta', 'statistics'];
  register('NormRelu', 'Norm', batch, 4);
  register('NormAddRelu', 'NormAdd', [...batch, 'shortcut'], 4);
  register('NormReluAgain', 'NormAgain', saved, 1);
  register('NormMoments', 'NormMoments', ['x'], 1);
  register('NormMerged', 'NormMerged', ['moments'], 3);
  register('NormReluGrad', 'NormGrad', ['dy', ...saved], 3);
  register('NormReluGradSums', 'NormGradSums', ['dy', ...saved], 2);
  register('NormReluGradOfSums', 'NormGradOfSums', ['dy', ...saved, 'dgamma', 'dbeta'], 1);
  register('NormAddReluGrad', 'NormAddGrad', ['dy', ...saved, 'y'], 4);
  registerGradients();
};
