import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {readImages} from '@contrastive/data';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {cifar10, cifar100} from '../src/index.js';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'contrastive-cifar-'));
});
afterEach(async () => {
  await rm(directory, {recursive: true});
});

const write = (name: string, content: Uint8Array | string) => writeFile(join(directory, name), content);

/** A pixel that tells where it belongs. */
const pixel = (image: number, row: number, column: number, channel: number): number =>
  (37 * image + 5 * row + 11 * column + 90 * channel) % 256;

/** A record as the data set's page lays it out: labels, then 1024 bytes of red, of green and of blue, row by row. */
function record(image: number, ...labels: number[]): number[] {
  const planes = [0, 1, 2].map(channel =>
    Array.from({length: 1024}, (_, i) => pixel(image, Math.floor(i / 32), i % 32, channel)),
  );
  return [...labels, ...planes.flat()];
}

/** Five training files with two images each; the label of image i is 9 − i. */
async function writeTrain(): Promise<void> {
  for (const batch of [0, 1, 2, 3, 4]) {
    const images = [2 * batch, 2 * batch + 1];
    await write(`data_batch_${batch + 1}.bin`, Uint8Array.from(images.flatMap(i => record(i, 9 - i))));
  }
}

test('reads the five training files of CIFAR-10 one after the other', async () => {
  await writeTrain();
  const source = await cifar10({directory});
  expect(source).toMatchObject({
    length: 10,
    size: [32, 32],
    channels: 3,
    labels: Int32Array.from([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]),
  });
  expect([source.classNames?.[0], source.classNames?.[9]]).toEqual(['airplane', 'truck']);
  const {bytes, shape} = await readImages(source, [9, 2]);
  expect(shape).toEqual([2, 32, 32, 3]);
  for (const [at, image] of [9, 2].entries()) {
    for (const [row, column] of [
      [0, 0],
      [0, 31],
      [31, 0],
      [13, 22],
    ]) {
      const from = ((at * 32 + row) * 32 + column) * 3;
      expect([...bytes.subarray(from, from + 3)]).toEqual([0, 1, 2].map(channel => pixel(image, row, column, channel)));
    }
  }
});

test('every pixel comes to its place', async () => {
  await write('test_batch.bin', Uint8Array.from(record(3, 6)));
  const {bytes} = await readImages(await cifar10({directory, split: 'test'}), [0]);
  const expected = Array.from({length: 3072}, (_, i) => pixel(3, Math.floor(i / 96), Math.floor(i / 3) % 32, i % 3));
  expect([...bytes]).toEqual(expected);
});

test('finds the folders that the archives unpack to', async () => {
  await mkdir(join(directory, 'cifar-10-batches-bin'));
  await write('cifar-10-batches-bin/test_batch.bin', Uint8Array.from(record(0, 1)));
  expect(await cifar10({directory, split: 'test'})).toMatchObject({length: 1, labels: Int32Array.of(1)});
  await mkdir(join(directory, 'cifar-100-binary'));
  await write('cifar-100-binary/test.bin', Uint8Array.from(record(0, 19, 99)));
  expect(await cifar100({directory, split: 'test'})).toMatchObject({length: 1, labels: Int32Array.of(99)});
});

test('CIFAR-100 has two labels an image, and names where the files are', async () => {
  await write('train.bin', Uint8Array.from([...record(0, 2, 71), ...record(1, 0, 3), ...record(2, 19, 99)]));
  const source = await cifar100({directory});
  expect(source).toMatchObject({length: 3, labels: Int32Array.of(71, 3, 99)});
  expect(source.classNames).toBeUndefined();
  await write('coarse_label_names.txt', 'aquatic_mammals\nfish\n\n');
  expect(await cifar100({directory, fineLabels: false})).toMatchObject({
    labels: Int32Array.of(2, 0, 19),
    classNames: ['aquatic_mammals', 'fish'],
  });
  const {bytes} = await readImages(source, [1]);
  const from = (30 * 32 + 7) * 3;
  expect([...bytes.subarray(from, from + 3)]).toEqual([0, 1, 2].map(channel => pixel(1, 30, 7, channel)));
});

test('tells what is wrong', async () => {
  const missing = join(directory, 'nowhere');
  await expect(cifar10({directory: missing})).rejects.toThrow(
    /cifar10: expected a directory, got .*nowhere, which cannot be read \(ENOENT.* unpack cifar-10-binary\.tar\.gz of https/,
  );
  await expect(cifar10({directory})).rejects.toThrow(
    /expected data_batch_1\.bin or the folder cifar-10-batches-bin in .* found neither; unpack/,
  );
  await expect(cifar100({directory, split: 'test'})).rejects.toThrow(
    /cifar100: expected test\.bin or the folder cifar-100-binary/,
  );
  await expect(cifar10({} as {directory: string})).rejects.toThrow(
    /cifar10: expected text as directory, got undefined; unpack cifar-10-binary\.tar\.gz of https/,
  );
  await expect(cifar10({directory, split: 'valid' as 'test'})).rejects.toThrow(
    /cifar10: expected 'train' or 'test' as split, got 'valid'/,
  );

  await writeTrain();
  await rm(join(directory, 'data_batch_4.bin'));
  await expect(cifar10({directory})).rejects.toThrow(
    /data_batch_4\.bin: expected this file, got one that cannot be read \(ENOENT.*unpack cifar-10-binary\.tar\.gz again/,
  );
  await write('data_batch_4.bin', Uint8Array.from(record(6, 3).slice(0, -1)));
  await expect(cifar10({directory})).rejects.toThrow(
    /data_batch_4\.bin: expected a multiple of 3073 bytes, one record an image, got 3072; it is truncated/,
  );
  await write('data_batch_4.bin', new Uint8Array(0));
  await expect(cifar10({directory})).rejects.toThrow(/data_batch_4\.bin: expected a multiple of 3073 bytes.* got 0/);
  await write('data_batch_4.bin', Uint8Array.from([...record(6, 3), ...record(7, 10)]));
  await expect(cifar10({directory})).rejects.toThrow(
    /data_batch_4\.bin: expected labels from 0 to 9, got 10 in record 1; .* unpack that again/,
  );
  await write('train.bin', Uint8Array.from(record(0, 20, 5)));
  await expect(cifar100({directory})).rejects.toThrow(/train\.bin: expected labels from 0 to 19, got 20 in record 0/);
});
