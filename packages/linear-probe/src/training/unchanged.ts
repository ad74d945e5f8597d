import {checkValue} from '@contrastive/internal';
import {modelRule, namedWeights} from '@contrastive/layers';
import type {Variable} from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';

/** Two numbers of 32 bits that any change of a bit changes. */
async function checksum(variable: Variable): Promise<string> {
  const values = await variable.data();
  const words = new Uint32Array(values.buffer, values.byteOffset, values.byteLength / 4); // float32 or int32
  let [one, other] = [0x811c9dc5, 0x9e3779b9];
  for (const word of words) {
    one = Math.imul(one ^ word, 0x01000193);
    other = Math.imul(other ^ (other >>> 15), 0x85ebca6b) + word;
  }
  return `${one >>> 0} ${other >>> 0}`;
}

/** Checksums of every tensor of an encoder, running statistics too, by name. */
async function checksums(encoder: LayersModel): Promise<Map<string, string>> {
  const sums = new Map<string, string>();
  for (const {name, variable} of namedWeights(encoder, 'encoder')) sums.set(name, await checksum(variable));
  return sums;
}

/** The weights of an encoder, running statistics too, in plain data: others are told apart by it. */
export const fingerprint = async (encoder: LayersModel): Promise<readonly string[]> => [
  ...(await checksums(encoder)).values(),
];

const moved = (where: string, name: string): Error =>
  new Error(
    `${where}: expected a frozen encoder, bit for bit as it was, got another ${name}; let nothing train it ` +
      'meanwhile, and use layers that leave their weights alone in inference.',
  );

/**
 * Remembers every tensor of an encoder, running statistics too, by a checksum of its bits.
 *
 * @param where What the message begins with.
 * @returns A function that rejects with the first tensor that is no longer as it was.
 */
export async function watchWeights(where: string, encoder: LayersModel): Promise<() => Promise<void>> {
  const before = await checksums(encoder);
  return async () => {
    for (const [name, sum] of await checksums(encoder)) if (before.get(name) !== sum) throw moved(where, name);
  };
}

/**
 * The same without reading the device: remembers which memory each tensor has, which TensorFlow.js never writes to
 * again. What assigns to a variable gives it another one.
 *
 * @returns A function that throws the first tensor that was assigned to.
 */
export function watchAssignments(where: string, encoder: LayersModel): () => void {
  const before = namedWeights(encoder, 'encoder').map(({name, variable}) => ({name, variable, id: variable.dataId}));
  return () => {
    const other = before.find(({variable, id}) => variable.dataId !== id);
    if (other) throw moved(where, other.name);
  };
}

/**
 * Remembers every tensor of an encoder, running statistics too: what shows that a probe left it alone, as MoCo's code
 * does after its first epoch (He et al. 2020, arXiv 1911.05722, `main_lincls.py`).
 *
 * @returns A function that compares bit by bit and rejects with an `Error` that names the first tensor that moved.
 * @throws TypeError for anything but a network.
 * @example
 * const check = await unchanged(encoder);
 * await measure(encoder);
 * await check();
 */
export async function unchanged(encoder: LayersModel): Promise<() => Promise<void>> {
  checkValue('unchanged', 'encoder', encoder, modelRule);
  return watchWeights('unchanged', encoder);
}
