/** The contents of an IDX file of bytes. */
export interface Idx {
  /** Size of each dimension, the number of items first. */
  readonly shape: readonly number[];
  /** The values, row-major; a view of the bytes that were read. */
  readonly values: Uint8Array;
}

const UNSIGNED_BYTE = 0x08;

/**
 * Reads a file of the IDX format (LeCun, Cortes and Burges, the MNIST database), unpacked, with unsigned bytes as
 * values.
 *
 * @param bytes - The whole file.
 * @param dimensions - How many dimensions to expect: 3 for images, 1 for labels.
 * @param name - What errors call the file.
 * @throws Error when the magic number is another, or the file is shorter or longer than its header says.
 * @example
 * const {shape: [count, height, width], values} = readIdx(await readFile('train-images-idx3-ubyte'), 3);
 */
export function readIdx(bytes: Uint8Array, dimensions: number, name = 'IDX file'): Idx {
  const headerLength = 4 + 4 * dimensions;
  if (bytes.length < headerLength) {
    throw new Error(
      `${name}: expected at least ${headerLength} bytes, got ${bytes.length}; the file is truncated, fetch it again.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0);
  const expected = (UNSIGNED_BYTE << 8) | dimensions;
  if (magic !== expected) {
    throw new Error(
      `${name}: expected the magic number ${hex(expected)} (IDX, unsigned bytes, ${dimensions} dimensions), got ` +
        `${hex(magic)}; ` +
        'is it another file, or are images and labels swapped?',
    );
  }
  const shape = Array.from({length: dimensions}, (_, d) => view.getUint32(4 + 4 * d));
  const length = headerLength + shape.reduce((product, size) => product * size, 1);
  if (bytes.length !== length) {
    const state = bytes.length < length ? 'truncated' : 'too long';
    const expectation = `${name}: expected ${length} bytes for the shape [${shape.join(', ')}]`;
    throw new Error(`${expectation}, got ${bytes.length}; the file is ${state}, fetch it again.`);
  }
  return {shape, values: bytes.subarray(headerLength)};
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
