import {golden} from '@contrastive/testing';
import type {Dtype, TensorData, TensorsToWrite, TensorToWrite} from '../src/index.js';

/** A file that the reference wrote, in base64, with what it was made of. */
export interface GoldenFile {
  readonly name: string;
  readonly metadata: Record<string, string> | null;
  readonly tensors: readonly {name: string; dtype: Dtype; shape: number[]; bytes: string}[];
  readonly file: string;
}

/** The golden values: see scripts/golden/safetensors-files.py. */
export interface Golden {
  readonly files: readonly GoldenFile[];
  readonly refused: readonly {name: string; file: string}[];
  readonly shards: readonly {limit: number; sizes: number[]; files: Record<string, string[]>}[];
  readonly widened: readonly {dtype: Dtype; bytes: string; float32: string}[];
  readonly exact: Readonly<Record<'F16' | 'BF16', {some: [number, number][]; sum: string; weighted: string}>>;
}

export const values = golden(import.meta.url, 'safetensors') as Golden;

export const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

/** The classes by type, as the documentation has them. */
const classes: Partial<Record<Dtype, new (buffer: ArrayBufferLike) => TensorData>> = {
  I8: Int8Array,
  I16: Int16Array,
  U16: Uint16Array,
  F16: Uint16Array,
  BF16: Uint16Array,
  I32: Int32Array,
  U32: Uint32Array,
  F32: Float32Array,
  I64: BigInt64Array,
  U64: BigUint64Array,
  F64: Float64Array,
};

/** Bytes as the numbers of a type. */
export const numbers = (dtype: Dtype, bytes: Uint8Array): TensorData =>
  new (classes[dtype] ?? Uint8Array)(new Uint8Array(bytes).buffer);

/** What a golden file was made of, to be written. */
export const toWrite = ({tensors}: GoldenFile): TensorsToWrite =>
  new Map(
    tensors.map(({name, dtype, shape, bytes}): [string, TensorToWrite] => {
      return [name, {dtype, shape, data: numbers(dtype, fromBase64(bytes))}];
    }),
  );

/** All chunks as one. */
export async function joined(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(new Uint8Array(chunk));
  return new Uint8Array(Buffer.concat(all));
}

/** A file of a header and data. */
export function fileOf(header: string, data: ArrayLike<number> = []): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}
