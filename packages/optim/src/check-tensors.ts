import {type NamedTensorMap, type Tensor, util} from '@tensorflow/tfjs-core';
import type {Parameters} from './contract.js';

/** Throws unless there are parameters, all of them float32. */
export function checkParameters(where: string, parameters: Parameters): void {
  const entries = Object.entries(parameters);
  if (entries.length === 0) throw new RangeError(`${where}: no parameters to train; are all layers frozen?`);
  for (const [name, {dtype}] of entries) {
    if (dtype !== 'float32')
      throw new TypeError(`${where}: ${name} must be a float32 variable, got ${dtype}; leave it out.`);
  }
}

/** Throws unless there is one gradient for each parameter, of its shape. */
export function checkGradients(where: string, parameters: Parameters, gradients: NamedTensorMap): void {
  const given = gradients as Readonly<Record<string, Tensor | null | undefined>>;
  for (const [name, parameter] of Object.entries(parameters)) {
    const gradient = given[name];
    if (gradient == null) {
      throw new Error(
        `${where}: no gradient for ${name}; give one for each parameter, or leave the parameter out when ` +
          'creating the optimiser.',
      );
    }
    if (!util.arraysEqual(gradient.shape, parameter.shape)) {
      throw new RangeError(
        `${where}: the gradient of ${name} must be [${parameter.shape.join(', ')}], got ` +
          `[${gradient.shape.join(', ')}]; is it another parameter's?`,
      );
    }
  }
  for (const name of Object.keys(gradients)) {
    if (!Object.hasOwn(parameters, name)) {
      throw new Error(
        `${where}: a gradient for ${name}, which is no parameter; use the names that the optimiser was created with.`,
      );
    }
  }
}
