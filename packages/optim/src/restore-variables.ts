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
    // A clone would share the memory of the array that a saved tensor was made from, which its owner may use again:
    // multiply into new memory.
    const copies = Object.entries(variables).map(([name, variable]) => ({
      variable,
      copy: tf.mul(tensors[name], tf.scalar(1, variable.dtype)),
    }));
    for (const {variable, copy} of copies) variable.assign(copy);
  });
}
