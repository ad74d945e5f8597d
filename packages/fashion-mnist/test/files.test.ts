import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gunzipSync} from 'node:zlib';
import {expect, test} from 'vitest';
import {checksums, directory, files, type FileName} from '../src/index.js';

const names = Object.keys(checksums) as FileName[];

test.each(names)('%s has its pinned checksum and lies in the directory', name => {
  const content = readFileSync(files[name]);
  expect(createHash('sha256').update(content).digest('hex')).toBe(checksums[name]);
  expect(fileURLToPath(files[name])).toBe(join(directory, name));
});

test.each(names)('%s holds 10,000 items, as its header says', name => {
  const idx = gunzipSync(readFileSync(files[name]));
  expect(idx.readUInt32BE(4)).toBe(10_000);
  expect(idx).toHaveLength(name.includes('images') ? 16 + 10_000 * 28 * 28 : 8 + 10_000);
});

// Of the unpacked test files in the Debian package dataset-fashion-mnist.
test.each([
  ['t10k-images-idx3-ubyte.gz', '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b'],
  ['t10k-labels-idx1-ubyte.gz', '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34'],
] as const)('%s is the whole original', (name, checksum) => {
  expect(
    createHash('sha256')
      .update(gunzipSync(readFileSync(files[name])))
      .digest('hex'),
  ).toBe(checksum);
});
