import {inflateSync} from 'node:zlib';
import {golden} from '@contrastive/testing';

/** The golden values: see scripts/golden/torch-files.py. */
interface Golden {
  readonly files: readonly {
    readonly name: string;
    readonly file: string;
    readonly tensors: readonly {name: string; dtype: string; shape: number[]; bytes: string}[];
  }[];
  readonly refused: readonly {readonly name: string; readonly file: string; readonly says: string; runs: boolean}[];
}

export const values = golden(import.meta.url, 'torch-files') as Golden;

/** A golden file's bytes. */
export const unpack = (file: string): Uint8Array => new Uint8Array(inflateSync(Buffer.from(file, 'base64')));

/** The golden file of a name. */
export function fileOf(name: string): Uint8Array {
  const found = values.files.find(one => one.name === name);
  if (found === undefined) throw new Error(`no golden file ${name}`);
  return unpack(found.file);
}

/** The bytes of numbers, in base64. */
export const base64 = ({buffer, byteOffset, byteLength}: ArrayBufferView): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');
