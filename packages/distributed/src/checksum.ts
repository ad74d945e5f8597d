import type {Tensor} from '@tensorflow/tfjs-core';
import {bytesOf} from './bytes.js';

/** A checksum of 32 bits: FNV-1a (Fowler, Noll, Vo), over words where there are whole ones. */
function hash(bytes: Uint8Array, start: number): number {
  const words =
    bytes.byteOffset % 4 === 0 && bytes.length % 4 === 0
      ? new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
      : bytes;
  let sum = start;
  for (const word of words) sum = Math.imul(sum ^ word, 0x01000193);
  return sum >>> 0;
}

/** A checksum of a text. */
export const textChecksum = (text: string): number => hash(new TextEncoder().encode(text), 0x811c9dc5);

/** A checksum of a tensor, of its name, shape and data type too. */
export const tensorChecksum = (where: string, name: string, tensor: Tensor): number =>
  hash(bytesOf(where, tensor), textChecksum(`${name} ${tensor.dtype} ${tensor.shape.join()}`));
