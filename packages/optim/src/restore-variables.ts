import * as tf from '@tensorflow/tfjs-core';
import type {Parameters} from './contract.js';

const list = (names: readonly string[]): string =>
  names.slice(0, 5).join(', ') + (names.length > 5 ? `, … (${names.length} in all)` : '');

/**
 * Copies saved tensors into live variables by name, all or none: what every `restore` does.
 *
 * @param where Who restores, for messages.
 * @param variables The live variables, as `state()` names them.
 * @param tensors The saved tensors, by the same names; copied, so they stay the caller's.
 * @throws `Error` before anything changes when a name is missing or unknown, or a shape or data type differs.
 */
export function restoreVariables(
  where: string,
  variables: Parameters,
  tensors: Readonly<Record<string, tf.Tensor>>,
): void {
  const missing = Object.keys(variables).filter(name => !Object.hasOwn(tensors, name));
  const unknown = Object.keys(tensors).filter(name => !Object.hasOwn(variables, name));
  if (missing.length > 0 || unknown.length > 0) {
    const parts = [
      missing.length > 0 ? `missing ${list(missing)}` : '',
      unknown.length > 0 ? `unknown ${list(unknown)}` : '',
    ];
    throw new Error(
      `${where}: saved state does not fit: ${parts.filter(Boolean).join('; ')}; restore it into what it was ` +
        'saved from.',
    );
  }
  for (const [name, variable] of Object.entries(variables)) {
    const saved = tensors[name];
    if (saved.dtype !== variable.dtype || !tf.util.arraysEqual(saved.shape, variable.shape)) {
      throw new Error(
        `${where}: saved state does not fit: ${name} is ${saved.dtype} [${saved.shape.join(', ')}], expected ` +
          `${variable.dtype} ` +
          `[${variable.shape.join(', ')}]; restore it into what it was saved from.`,
      );
    }
  }
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
