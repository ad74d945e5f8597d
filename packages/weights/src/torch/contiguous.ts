import {bytesOf, bytesPer} from './sizes.js';
import type {TensorView} from './values.js';

/** How many numbers a shape has. */
export const countOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);

/** The first number of a tensor, and one more than its last, counted from the storage's first. */
export function extentOf({storage, offset, shape, strides}: TensorView): [begin: number, end: number] {
  const begin = storage.begin + offset;
  if (countOf(shape) === 0) return [begin, begin];
  return [begin, shape.reduce((last, side, axis) => last + (side - 1) * strides[axis], begin) + 1];
}

/** Numbers as whole ones of their size, which are moved as they are. */
function wholes(bytes: Uint8Array, size: 1 | 2 | 4 | 8): Uint8Array | Uint16Array | Uint32Array | BigUint64Array {
  const {buffer, byteOffset, byteLength} = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  if (size === 8) return new BigUint64Array(buffer, byteOffset, byteLength / size);
  if (size === 4) return new Uint32Array(buffer, byteOffset, byteLength / size);
  return size === 2
    ? new Uint16Array(buffer, byteOffset, byteLength / size)
    : new Uint8Array(buffer, byteOffset, byteLength);
}

/** Whether numbers lie row after row, without gaps. */
function isContiguous({shape, strides}: TensorView): boolean {
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== step) return false;
    step *= shape[axis];
  }
  return true;
}

/** Whether a tensor is all of its storage, row after row. */
export const isWhole = (view: TensorView): boolean =>
  isContiguous(view) && countOf(view.shape) * bytesPer(view.dtype) === bytesOf(view.storage);

/** A place for so many bytes: in memory that is long enough, else in new memory. */
const placeFor = (length: number, memory?: ArrayBuffer): Uint8Array =>
  memory && memory.byteLength >= length ? new Uint8Array(memory, 0, length) : new Uint8Array(length);

/**
 * The bytes of a tensor row after row, which lie apart from those of its storage.
 *
 * @param bytes Those of its storage, in which it lies.
 * @param memory Where they may lie, if it is long enough; its storage must not.
 */
export function contiguous(view: TensorView, bytes: Uint8Array, memory?: ArrayBuffer): Uint8Array {
  const size = bytesPer(view.dtype);
  const [begin, end] = extentOf(view);
  const {shape, strides} = view;
  const count = countOf(shape);
  if (count === 0) return new Uint8Array(0);
  const result = placeFor(count * size, memory);
  if (isContiguous(view)) {
    result.set(bytes.subarray(begin * size, end * size));
    return result;
  }
  const from = wholes(bytes.subarray(begin * size, end * size), size);
  const to = wholes(result, size);
  const index = shape.map(() => 0);
  let at = 0;
  for (let i = 0; i < count; i++) {
    to[i] = from[at];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis];
      if (++index[axis] < shape[axis]) break;
      at -= shape[axis] * strides[axis];
      index[axis] = 0;
    }
  }
  return result;
}
