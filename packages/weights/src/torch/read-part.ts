import type {ByteSource} from '@contrastive/safetensors';
import {badFile, FETCH_AGAIN} from './bad-file.js';

/** Reads a part of a source, all of it or nothing; it may lie in `memory`. */
export async function readPart(
  where: string,
  source: ByteSource,
  begin: number,
  end: number,
  memory?: ArrayBuffer,
): Promise<Uint8Array> {
  if (!Number.isSafeInteger(end) || begin < 0 || end < begin || end > source.size)
    throw badFile(where, `a file of at least ${end} bytes`, `${source.size}`, FETCH_AGAIN);
  if (begin === end) return new Uint8Array(0);
  const bytes = await source.read(begin, end, memory);
  if (bytes.length !== end - begin)
    throw badFile(where, `${end - begin} bytes from byte ${begin} on`, `${bytes.length}`, FETCH_AGAIN);
  return bytes;
}
