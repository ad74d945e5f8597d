import {checkValue, show, text} from '@contrastive/internal';
import {badFile, FETCH_AGAIN} from './bad-file.js';
import {asSource, sourceRule, type BlobLike, type ByteSource} from './byte-source.js';
import {numbersIn, type TensorData} from './dtypes.js';
import {headerFrom, headerLength, PREFIX, type Header, type TensorInfo} from './header.js';
import {toFloat32} from './to-float32.js';

/** A file whose tensors can be read, one at a time. */
export interface Safetensors extends Header {
  /**
   * A tensor's numbers as they are stored, row after row, as an array of the caller's own: `F32` as `Float32Array`,
   * `I64` as `BigInt64Array`, `BOOL` as a `Uint8Array`, `F16` and `BF16` as the `Uint16Array` of their bits, types of 8
   * bits with a fraction as bytes.
   *
   * @throws RangeError for a name that the file has not; Error where the file can no longer be read.
   */
  read(name: string): Promise<TensorData>;
  /**
   * A tensor's numbers as float32, as an array of the caller's own. `F16` and `BF16` are exact; `F64`, `I32`, `U32`,
   * `I64` and `U64` are rounded to the nearest float32, ties to even, and what is too large is infinite; `BOOL` is 0 or
   * 1.
   *
   * @param memory For whoever reads many tensors one after the other, since new memory costs more than the reading:
   * where the numbers may lie, if it is long enough for them; those of the tensor before are then gone.
   * @throws RangeError for a name that the file has not; TypeError for types of 8 bits with a fraction, which `read`
   * gives as bytes; Error where the file can no longer be read.
   */
  readFloat32(name: string, memory?: ArrayBuffer): Promise<Float32Array>;
}

/** Reads a part of a source, all of it or nothing. */
async function readAll(
  where: string,
  source: ByteSource,
  begin: number,
  end: number,
  memory?: ArrayBuffer,
): Promise<Uint8Array> {
  if (begin === end) return new Uint8Array(0);
  const bytes = await source.read(begin, end, memory);
  if (bytes.length !== end - begin)
    throw badFile(where, `${end - begin} bytes from byte ${begin} on`, `${bytes.length}`, FETCH_AGAIN);
  return bytes;
}

/** The tensor of a name. */
export function infoOf(where: string, tensors: ReadonlyMap<string, TensorInfo>, name: string): TensorInfo {
  checkValue(where, 'name', name, text);
  const info = tensors.get(name);
  if (info !== undefined) return info;
  const some = [...tensors.keys()].slice(0, 5).map(one => show(one));
  const rest = tensors.size > some.length ? `, … (${tensors.size} in all)` : '';
  throw new RangeError(`${where}: expected a tensor among ${some.join(', ')}${rest} as name, got ${show(name)}.`);
}

/** Opens a source; `where` is what messages begin with. */
export async function openSource(where: string, source: ByteSource): Promise<Safetensors> {
  const first = await readAll(where, source, 0, Math.min(PREFIX, source.size));
  const length = headerLength(where, first, source.size);
  const header = headerFrom(where, await readAll(where, source, PREFIX, PREFIX + length), source.size);
  const read = async (name: string, memory?: ArrayBuffer): Promise<TensorData> => {
    const {dtype, byteOffset, byteLength} = infoOf(`${where}: read`, header.tensors, name);
    return numbersIn(await readAll(where, source, byteOffset, byteOffset + byteLength, memory), dtype);
  };
  return {
    ...header,
    read: name => read(name),
    async readFloat32(name, memory) {
      const {dtype} = infoOf(`${where}: readFloat32`, header.tensors, name);
      if (dtype.startsWith('F8_')) {
        throw new TypeError(
          `${where}: readFloat32: expected a tensor of a type that float32 can hold as name, got ${show(name)} of ` +
            `${dtype}; take its bytes by read(${show(name)}).`,
        );
      }
      return toFloat32(await read(name, memory), dtype);
    },
  };
}

/**
 * Opens a safetensors file: its header is read and checked at once, numbers only when they are asked for, a tensor at a
 * time.
 *
 * @param source All bytes of the file; a `Blob`, as a `File` that somebody chose in a page; or anything of which parts
 * can be read. It is borrowed for as long as the result is in use.
 * @returns Metadata and tensors of the file, and functions that read them.
 * @throws Error that says what is wrong with the file, see {@link parseHeader}; TypeError for another source.
 * @example
 * const file = await readSafetensors(new Uint8Array(await (await fetch(url)).arrayBuffer()));
 * const weights = await file.readFloat32('fc.weight');
 */
export async function readSafetensors(source: Uint8Array | BlobLike | ByteSource): Promise<Safetensors> {
  checkValue('readSafetensors', 'source', source, sourceRule);
  return openSource('readSafetensors', asSource(source));
}
