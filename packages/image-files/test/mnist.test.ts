import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {readImages} from '@contrastive/data';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {mnist} from '../src/mnist.js';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'contrastive-mnist-'));
});
afterEach(async () => {
  await rm(directory, {recursive: true});
});

const write = (name: string, content: Uint8Array) => writeFile(join(directory, name), content);
const imageFile = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 51, 102, 255);
const labelFile = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 9, 4);

test('reads plain and gzipped files; the classes are the digits', async () => {
  await write('train-images-idx3-ubyte', imageFile);
  await write('train-labels-idx1-ubyte.gz', gzipSync(labelFile));
  const train = await mnist({directory});
  expect(train).toMatchObject({length: 2, size: [1, 2], channels: 1, labels: Int32Array.of(9, 4)});
  expect(train.classNames).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  expect((await readImages(train, [0, 1])).bytes).toEqual(Uint8Array.of(0, 51, 102, 255));
  await write('t10k-images-idx3-ubyte.gz', gzipSync(imageFile));
  await write('t10k-labels-idx1-ubyte', labelFile);
  expect(await mnist({directory, split: 'test'})).toMatchObject({length: 2});
});

test('tells what is wrong', async () => {
  await expect(mnist({directory})).rejects.toThrow(/train-images-idx3-ubyte: .* found neither; check the directory/);
  await expect(mnist({directory, split: 'valid' as 'test'})).rejects.toThrow(
    /mnist: expected 'train' or 'test' as split, got 'valid'/,
  );
  await expect(mnist({} as {directory: string})).rejects.toThrow(
    /mnist: expected text as directory, got undefined; give the directory of the four files/,
  );
  await write('train-images-idx3-ubyte', imageFile);
  await write('train-labels-idx1-ubyte', labelFile.with(8, 10));
  await expect(mnist({directory})).rejects.toThrow(/expected labels from 0 to 9, got 10 at 0/);
});
