import {replaceKernel} from '../register.js';
import type {NativeBackend} from './native-backend.js';

/** Registers an update of n weights whose inputs are lists of n tensors, by number, and their settings at the end. */
function registerUpdate(name: string, operation: string, lists: number, results: number): void {
  replaceKernel<NativeBackend, unknown>(name, 'tensorflow', ({inputs, backend}) => {
    const given = Object.values(inputs);
    const count = (given.length - 1) / lists;
    const attributes = [{name: 'N', type: backend.binding.TF_ATTR_INT, value: count}];
    return backend.executeMultipleOutputs(operation, attributes, given, results * count);
  });
}

/**
 * Registers on the native backend what updates all weights of a network in one pass over memory
 * (native/kernels/updates.cc). Inputs are numbered from 0 on, all are float32, and the results are new tensors:
 *
 * - `SgdStep`: n parameters, n gradients, n velocities, settings `[3 + n]`: learning rate, momentum, 1 for Nesterov,
 *   weight decays; gives n new parameters and n new velocities;
 * - `MomentumStep`: n targets, n sources, settings `[2]`: the fractions of both; gives n new targets.
 */
export function registerUpdates(): void {
  registerUpdate('SgdStep', 'ContrastiveSgd', 3, 2);
  registerUpdate('MomentumStep', 'ContrastiveMomentum', 2, 1);
}
