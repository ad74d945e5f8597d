/**
 * Makes the files that the package fashion-mnist bundles from a directory that holds the four files of Fashion-MNIST:
 *
 *   node scripts/fashion-mnist.mjs DIRECTORY
 *
 * Training images and labels are cut to the first 10,000, the test files are kept whole. Prints the SHA-256 of each
 * result, for packages/fashion-mnist/src/index.ts. The gzip header carries neither time nor system, so that the same
 * zlib writes the same bytes.
 */
import {createHash} from 'node:crypto';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gunzipSync, gzipSync} from 'node:zlib';

const KEPT = 10_000;
const GZIP_SYSTEM_BYTE = 9;
const UNKNOWN_SYSTEM = 255;

const [directory] = process.argv.slice(2);
if (directory === undefined) {
  console.error('Usage: node scripts/fashion-mnist.mjs DIRECTORY (for example /usr/share/datasets/fashion-mnist)');
  process.exit(2);
}
const target = fileURLToPath(new URL('../packages/fashion-mnist/files/', import.meta.url));
mkdirSync(target, {recursive: true});

/** The first `count` items of an IDX file of bytes, with the count in its header. */
function firstItems(idx, count) {
  const dimensions = idx[3];
  const header = Buffer.from(idx.subarray(0, 4 + 4 * dimensions));
  let itemBytes = 1;
  for (let d = 1; d < dimensions; d++) itemBytes *= header.readUInt32BE(4 + 4 * d);
  header.writeUInt32BE(count, 4);
  return Buffer.concat([header, idx.subarray(header.length, header.length + count * itemBytes)]);
}

for (const name of [
  'train-images-idx3-ubyte',
  'train-labels-idx1-ubyte',
  't10k-images-idx3-ubyte',
  't10k-labels-idx1-ubyte',
]) {
  const content = firstItems(gunzipSync(readFileSync(join(directory, `${name}.gz`))), KEPT);
  const packed = gzipSync(content, {level: 9});
  packed[GZIP_SYSTEM_BYTE] = UNKNOWN_SYSTEM;
  writeFileSync(join(target, `${name}.gz`), packed);
  console.log(`'${name}.gz': '${createHash('sha256').update(packed).digest('hex')}', // ${packed.length} bytes`);
}
