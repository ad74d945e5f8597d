import * as tf from '@tensorflow/tfjs-core';
import {checkValue, object} from '@contrastive/internal';
import type {Parameters} from './contract.js';

const REMEDY = 'restore it into what it was saved from';

const list = (names: readonly string[]): string =>
  names.slice(0, 5).join(', ') + (names.length > 5 ? `, … (${names.length} in all)` : '');

/**
 * Throws unless there is a saved tensor for each live variable, of its shape and data type, and no other.
 *
 * @param where Who restores, for messages.
 * @param variables The live variables, as `state()` names them.
 * @param tensors The saved tensors, by the same names.
 * @throws `Error` that names what is missing, unknown, or of another shape or data type.
 */
export function checkSaved(where: string, variables: Parameters, tensors: Readonly<Record<string, tf.Tensor>>): void {
  for (const [name, record] of Object.entries({variables, tensors})) checkValue(where, name, record, object);
  const missing = Object.keys(variables).filter(name => !Object.hasOwn(tensors, name));
  const unknown = Object.keys(tensors).filter(name => !Object.hasOwn(variables, name));
  if (missing.length > 0 || unknown.length > 0) {
    const parts = [
      missing.length > 0 ? `nothing for ${list(missing)}` : '',
      unknown.length > 0 ? `unknown ${list(unknown)}` : '',
    ];
    throw new Error(
      `${where}: expected saved state of the same names, got ${parts.filter(Boolean).join(' and ')}; ${REMEDY}.`,
    );
  }
  for (const [name, variable] of Object.entries(variables)) {
    const saved = tensors[name];
    if (saved.dtype !== variable.dtype || !tf.util.arraysEqual(saved.shape, variable.shape)) {
      throw new Error(
        `${where}: expected ${variable.dtype} [${variable.shape.join(', ')}] as saved ${name}, got ${saved.dtype} ` +
          `[${saved.shape.join(', ')}]; ${REMEDY}.`,
      );
    }
  }
}

/**
 * A copy in memory of its own, bit for bit: a clone would share that of the array that a saved tensor was made from,
 * which its owner may use again, and arithmetic would make zeros of the smallest numbers.
 */
function copied(tensor: tf.Tensor): tf.Tensor {
  const flat = tf.reshape(tensor, [tensor.size]);
  const longer = tf.concat([flat, tf.zeros([1], tensor.dtype)]); // joining is what always copies
  return tf.reshape(tf.slice(longer, 0, tensor.size), tensor.shape);
}

/**
 * Copies saved tensors into live variables by name, all or none: what every `restore` does.
 *
 * @param where Who restores, for messages.
 * @param variables The live variables, as `state()` names them.
 * @param tensors The saved tensors, by the same names; copied, so they stay the caller's.
 * @throws `Error` as {@link checkSaved}, before anything changes.
 */
export function restoreVariables(
  where: string,
  variables: Parameters,
  tensors: Readonly<Record<string, tf.Tensor>>,
): void {
  checkSaved(where, variables, tensors);
  tf.tidy(() => {
    const copies = Object.entries(variables).map(([name, variable]) => ({variable, copy: copied(tensors[name])}));
    for (const {variable, copy} of copies) variable.assign(copy);
  });
}
