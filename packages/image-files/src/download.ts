import {createHash} from 'node:crypto';
import {mkdir, rename, rm, writeFile} from 'node:fs/promises';
import {dirname} from 'node:path';
import {promisify} from 'node:util';
import {gunzip} from 'node:zlib';

const unpack = promisify(gunzip);

const TIMEOUT_MS = 300_000;

/**
 * Downloads a gzip file whose unpacked contents have the given SHA-256. The file appears whole or not at all.
 *
 * @throws Error when the server answers otherwise, or the contents are others.
 */
export async function downloadVerified(url: string, file: string, sha256: string): Promise<void> {
  const response = await fetch(url, {signal: AbortSignal.timeout(TIMEOUT_MS)});
  if (!response.ok) throw new Error(`${url}: the server answered ${response.status} ${response.statusText}`);
  const packed = new Uint8Array(await response.arrayBuffer());
  const got = createHash('sha256')
    .update(await unpack(packed))
    .digest('hex');
  if (got !== sha256) throw new Error(`${url}: expected contents with the SHA-256 ${sha256}, got ${got}`);
  await mkdir(dirname(file), {recursive: true});
  const partial = `${file}.${process.pid}.partial`;
  try {
    await writeFile(partial, packed);
    await rename(partial, file);
  } finally {
    await rm(partial, {force: true});
  }
}
