/** A piece of a MAT file of version 5: what it is by the format's number, and its bytes. */
export interface MatElement {
  readonly type: number;
  readonly data: Uint8Array;
}

/** The format's numbers for what an element holds (MathWorks, "MAT-File Format", table 1-1). */
export const matTypes = {
  int8: 1,
  uint8: 2,
  uint16: 4,
  int32: 5,
  uint32: 6,
  matrix: 14,
  compressed: 15,
  utf8: 16,
  utf16: 17,
};

/** The storage of numbers: their size in bytes, and how one is read. */
const numbers: Readonly<Record<number, readonly [size: number, read: (view: DataView, at: number) => number]>> = {
  1: [1, (view, at) => view.getInt8(at)],
  2: [1, (view, at) => view.getUint8(at)],
  3: [2, (view, at) => view.getInt16(at, true)],
  4: [2, (view, at) => view.getUint16(at, true)],
  5: [4, (view, at) => view.getInt32(at, true)],
  6: [4, (view, at) => view.getUint32(at, true)],
  7: [4, (view, at) => view.getFloat32(at, true)],
  9: [8, (view, at) => view.getFloat64(at, true)],
};

const TAG = 8;
/** The most bytes that an element has whose tag holds them too. */
const MOST_IN_TAG = 4;

/** What says that a file is not as its format has it. */
export const damaged = (file: string, expected: string, got: string): Error =>
  new Error(`${file}: expected ${expected}, got ${got}; it is damaged or truncated, fetch it again.`);

/** The element that begins at a place among bytes, and where the next one does. */
export function elementAt(file: string, bytes: Uint8Array, at: number): MatElement & {readonly next: number} {
  if (at + TAG > bytes.length)
    throw damaged(file, `an element of a MAT file at byte ${at}`, `${Math.max(bytes.length - at, 0)} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = view.getUint32(at, true);
  const inTag = first >>> 16;
  if (inTag > 0) {
    if (inTag > MOST_IN_TAG)
      throw damaged(file, `at most ${MOST_IN_TAG} bytes in the tag at byte ${at}`, String(inTag));
    return {type: first & 0xffff, data: bytes.subarray(at + TAG / 2, at + TAG / 2 + inTag), next: at + TAG};
  }
  const size = view.getUint32(at + TAG / 2, true);
  const [start, end] = [at + TAG, at + TAG + size];
  if (end > bytes.length)
    throw damaged(file, `${size} bytes in the element at byte ${at}`, String(bytes.length - start));
  const padding = first === matTypes.compressed ? 0 : (TAG - (size % TAG)) % TAG;
  return {type: first, data: bytes.subarray(start, end), next: end + padding};
}

/** The numbers of an element, whatever they are stored as. */
export function numbersIn(file: string, {type, data}: MatElement): Float64Array {
  const storage = numbers[type] as (typeof numbers)[number] | undefined;
  if (!storage)
    throw new Error(`${file}: expected numbers of up to 32 bits or doubles, got type ${type}; save it as double.`);
  const [size, read] = storage;
  if (data.length % size !== 0) throw damaged(file, `a multiple of ${size} bytes`, String(data.length));
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Float64Array.from({length: data.length / size}, (_, i) => read(view, size * i));
}
