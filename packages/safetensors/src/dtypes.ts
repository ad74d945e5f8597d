/** Numbers as a file has them: `F16` and `BF16` as their 16 bits, those of 8 bits that JavaScript lacks as bytes. */
export type TensorData =
  | Uint8Array
  | Int8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/** The class of the numbers. */
interface TensorDataClass {
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): TensorData;
  readonly BYTES_PER_ELEMENT: number;
  readonly name: string;
}

/** Each type with the class of its numbers, in the order in which the reference implementation writes tensors. */
const classes = {
  U64: BigUint64Array,
  I64: BigInt64Array,
  F64: Float64Array,
  F32: Float32Array,
  U32: Uint32Array,
  I32: Int32Array,
  BF16: Uint16Array,
  F16: Uint16Array,
  U16: Uint16Array,
  I16: Int16Array,
  F8_E5M2FNUZ: Uint8Array,
  F8_E4M3FNUZ: Uint8Array,
  F8_E8M0: Uint8Array,
  F8_E4M3: Uint8Array,
  F8_E5M2: Uint8Array,
  I8: Int8Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
} satisfies Record<string, TensorDataClass>;

/** The type of a tensor's numbers, in the format's words. */
export type Dtype = keyof typeof classes;

/** All types, in the order in which the reference implementation writes tensors: wider numbers first. */
export const DTYPES = Object.keys(classes) as Dtype[];

/** The class of the numbers of a type. */
export const classOf = (dtype: Dtype): TensorDataClass => classes[dtype];

/** Whether a word is a type of the format that is read here: not `C64`, and none of less than a byte. */
export const isDtype = (word: unknown): word is Dtype => typeof word === 'string' && Object.hasOwn(classes, word);

/** The numbers in bytes, which are not copied where they lie as their class wants it. */
export function numbersIn(bytes: Uint8Array, dtype: Dtype): TensorData {
  const Numbers = classOf(dtype);
  const aligned = bytes.byteOffset % Numbers.BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice();
  return new Numbers(aligned.buffer, aligned.byteOffset, aligned.byteLength / Numbers.BYTES_PER_ELEMENT);
}

/** How many numbers a shape has; undefined for more than can be counted. */
export function sizeOf(shape: readonly number[]): number | undefined {
  let size = 1;
  for (const side of shape) size *= side;
  return Number.isSafeInteger(size) && shape.every(Number.isSafeInteger) ? size : undefined;
}
