import {open, type FileHandle} from 'node:fs/promises';
import type {EncodedImage} from '@contrastive/data';
import {reasonOf} from '@contrastive/internal';
import type {Shard} from './find-shards.js';

/** How gzip begins. */
const GZIP = Buffer.of(0x1f, 0x8b);

/** Reads so many bytes, fewer at the end of the file. */
async function readAt(handle: FileHandle, offset: number, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let done = 0;
  while (done < size) {
    const {bytesRead} = await handle.read(bytes, done, size - done, offset + done);
    if (bytesRead === 0) return bytes.subarray(0, done);
    done += bytesRead;
  }
  return bytes;
}

/**
 * Throws where a shard is packed by gzip: nothing within can be had without unpacking all that comes before it.
 *
 * @param where What messages begin with.
 */
export async function checkPlain(where: string, shards: readonly Shard[]): Promise<void> {
  for (const {file} of shards) {
    const handle = await open(file);
    try {
      if (!GZIP.equals(await readAt(handle, 0, GZIP.length))) continue;
    } finally {
      await handle.close();
    }
    throw new Error(
      `${where}: expected plain tar files, whose images can be had in any order, got ${file}, which is packed by ` +
        'gzip; unpack it by gunzip.',
    );
  }
}

/** The bytes of a part of a shard, or why there are none: it may have changed since it was opened. */
export async function readPart(
  {file, size: whole, modified}: Shard,
  offset: number,
  size: number,
): Promise<Pick<EncodedImage, 'bytes' | 'missing'>> {
  try {
    const handle = await open(file);
    try {
      const now = await handle.stat();
      if (now.size === whole && now.mtimeMs === modified) return {bytes: await readAt(handle, offset, size)};
      return {bytes: new Uint8Array(), missing: 'its shard has changed since it was opened'};
    } finally {
      await handle.close();
    }
  } catch (error) {
    return {bytes: new Uint8Array(), missing: `its shard could not be read (${reasonOf(error)})`};
  }
}
