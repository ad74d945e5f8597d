import {randomBytes} from 'node:crypto';
import {readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {fc} from '@contrastive/testing';
import {describe, expect, test} from 'vitest';
import type {StreamSample} from '@contrastive/data';
import {webDataset} from '../src/web-dataset.js';
import {
  collect,
  imageBytes,
  imageFiles,
  labelsOf,
  openFiles,
  tar,
  temporaryDirectory,
  upTo,
  writeShards,
} from './web-dataset-shards.js';

const directory = await temporaryDirectory();
const good = await writeShards(directory, [3, 3], {name: 'good'}); // images 0 to 5
const IMAGES = 5;
const archive = await tar(upTo(IMAGES).flatMap(i => imageFiles(100 + i)));

const write = async (name: string, content: Uint8Array | string) => {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
};

/** Where each sample ends in the archive: each file has a header and its content, in blocks. */
const ends = upTo(IMAGES).map(i =>
  upTo(i + 1).reduce((sum, j) => sum + 4 * 512 + 512 * (Math.ceil(imageBytes(100 + j).length / 512) - 1), 0),
);

/** Samples of the archive are whole: image and label are as they were written. */
function expectWhole(samples: readonly StreamSample[]): void {
  for (const {bytes, label, key} of samples) {
    expect(bytes).toEqual(imageBytes(label ?? -1));
    expect(key.split('/')[1]).toBe(String(label));
  }
}

test('a shard that is truncated anywhere gives its whole samples, and the damage is listed', async () => {
  for (let length = 0; length < archive.length; length += 32) {
    const path = await write('cut.tar', archive.subarray(0, length));
    const source = await webDataset([path, ...good], {shuffle: false});
    const samples = await collect(source);
    expectWhole(samples);
    // A sample is whole when what comes after it has begun, be it the end.
    const whole = ends.filter(end => length >= end + 512).length;
    const last = whole === IMAGES && length % 512 !== 0 ? 1 : 0; // whole too, but what is after it is damaged
    expect(labelsOf(samples)).toEqual([...upTo(whole - last).map(i => 100 + i), 0, 1, 2, 3, 4, 5]);
    const damaged = length < ends[IMAGES - 1] + 512 || last === 1;
    expect(source.bad).toEqual(
      damaged ? [{path, reason: expect.stringMatching(/^it is damaged after \d samples \(.+\)$/) as string}] : [],
    );
  }
  expect(await openFiles(directory)).toEqual([]);
});

test('a gzipped shard that is truncated anywhere gives whole samples, always the same', async () => {
  const packed = gzipSync(archive);
  for (let length = 0; length < packed.length; length += 7) {
    const path = await write('cut.tar.gz', packed.subarray(0, length));
    const source = await webDataset([path, ...good], {shuffle: false});
    const samples = await collect(source);
    expectWhole(samples);
    expect(labelsOf(samples).slice(-6)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(labelsOf(samples).slice(0, -6)).toEqual(upTo(samples.length - 6).map(i => 100 + i));
    expect(source.bad).toHaveLength(1);
    expect(labelsOf(await collect(source))).toEqual(labelsOf(samples));
    expect(source.bad).toHaveLength(1); // each damage once
  }
  expect(await openFiles(directory)).toEqual([]);
});

test('a large truncated gzip gives what comes before the end, and a pass can go on within', async () => {
  const large = gzipSync(await tar(upTo(60).map(i => ({name: `${i}.jpg`, content: randomBytes(20_000)}))));
  const path = await write('large.tar.gz', large.subarray(0, large.length >> 1));
  const source = await webDataset(path, {shuffleBuffer: 10});
  const samples = await collect(source);
  expect(samples.length).toBeGreaterThan(25);
  expect(samples.length).toBeLessThan(30);
  const keys = samples.map(({key}) => key);
  for (const [i, {position}] of samples.entries()) {
    expect((await collect(source, {position})).map(({key}) => key)).toEqual(keys.slice(i + 1));
  }
});

test('after gzip comes more of it, zeros, or damage', async () => {
  const packed = gzipSync(archive);
  for (const [rest, samples, damages] of [
    [packed, 2 * IMAGES, 0],
    [new Uint8Array(200_000), IMAGES, 0],
    [Buffer.concat([Uint8Array.of(7), randomBytes(200_000)]), 0, 1], // a zero would be padding
  ] as const) {
    const source = await webDataset([await write('more.tar.gz', Buffer.concat([packed, rest])), ...good], {
      shuffle: false,
    });
    expect(await collect(source)).toHaveLength(6 + samples);
    expect(source.bad).toHaveLength(damages);
  }
});

test('a changed byte anywhere is never an error, and other shards are not harmed', async () => {
  const packed = gzipSync(archive);
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.nat(), fc.integer({min: 1, max: 255}), async (gzip, at, change) => {
      const bytes = Uint8Array.from(gzip ? packed : archive);
      bytes[at % bytes.length] ^= change;
      const source = await webDataset([await write('changed.tar', bytes), ...good], {shuffle: false});
      const samples = await collect(source);
      expect(labelsOf(samples).slice(-6)).toEqual([0, 1, 2, 3, 4, 5]);
      expect(samples.length).toBeLessThanOrEqual(IMAGES + 6);
    }),
    {numRuns: 150},
  );
  expect(await openFiles(directory)).toEqual([]);
});

describe('what is no shard', () => {
  const garbage: [string, Uint8Array | string][] = [
    ['an empty file', ''],
    ['one byte', 'x'],
    ['random bytes', randomBytes(100_000)],
    ['few random bytes', randomBytes(100)],
    ['a page of HTML', '<!doctype html>'.repeat(1000)],
    ['gzip of random bytes', gzipSync(randomBytes(100_000))],
    ['the beginning of gzip', Uint8Array.of(0x1f, 0x8b)],
    ['gzip and then random bytes', Buffer.concat([gzipSync('').subarray(0, 10), randomBytes(100_000)])],
    ['an image', Buffer.concat([Uint8Array.of(0xff, 0xd8, 0xff), randomBytes(5000)])],
  ];
  test.each(garbage)('%s is listed once, and the others are used', async (_, content) => {
    const path = await write('garbage.tar', content);
    const source = await webDataset([path, ...good], {shuffle: false});
    for (const epoch of [0, 1]) expect(labelsOf(await collect(source, {epoch}))).toEqual(upTo(6));
    expect(source.bad).toMatchObject([{path}]);
    const strict = await webDataset([path, ...good], {strict: true});
    await expect(collect(strict)).rejects.toThrow(
      /can be used, got .*garbage\.tar: it is damaged after 0 samples.*strict: false/,
    );
    await expect(collect(await webDataset(path))).rejects.toThrow(
      /found none \(of what is bad the first: .*garbage\.tar: it is damaged.*\); an image is/,
    );
    expect(await openFiles(directory)).toEqual([]);
  });

  test('a shard that goes missing later is as a damaged one', async () => {
    const path = await write('gone.tar', archive);
    const source = await webDataset([path, ...good], {shuffle: false});
    await rm(path);
    expect(labelsOf(await collect(source))).toEqual(upTo(6));
    expect(source.bad).toMatchObject([{path, reason: expect.stringContaining('ENOENT') as string}]);
  });
});

test('names that lead out of the shard are listed and left out, and nothing is written', async () => {
  const names = [
    '../escaped.jpg',
    '/etc/escaped.jpg',
    'a/../../escaped.jpg',
    '..\\escaped.jpg',
    'C:\\escaped.jpg',
    'bell\u0007.jpg',
    '..',
  ];
  const path = await write(
    'names.tar',
    await tar([
      ...imageFiles(1),
      ...names.map(name => ({name, content: 'x'})),
      {name: 'link.jpg', content: '', type: 'symlink', linkname: '/etc/passwd'},
      {name: 'deep/er/2.jpg', content: imageBytes(2)},
      {name: '..fine/3.jpg', content: imageBytes(3)},
    ]),
  );
  const source = await webDataset(path, {shuffle: false});
  const keys = (await collect(source)).map(({key}) => key);
  expect(keys).toEqual(['names.tar/1', 'names.tar/deep/er/2', 'names.tar/..fine/3']);
  expect(source.bad.map(entry => entry.path)).toEqual(
    [...names, 'link.jpg'].map(name => `${path}/${JSON.stringify(name).slice(1, -1)}`),
  );
  expect(source.bad.at(-1)?.reason).toMatch(/expected a file, got symlink/);
  await expect(readFile(join(directory, '..', 'escaped.jpg'))).rejects.toThrow('ENOENT');
  await expect(collect(await webDataset(path, {strict: true}))).rejects.toThrow(
    /can be used, got .*names\.tar\/\.\.\/escaped\.jpg: /,
  );
});

test('leaving a pass early, or closing the source, closes the shards', async () => {
  const large = await Promise.all(
    upTo(5).map(async i =>
      write(
        `large-${i}.tar${i % 2 ? '.gz' : ''}`,
        await (async () => {
          const bytes = await tar(upTo(200).map(j => ({name: `${i}-${j}.jpg`, content: randomBytes(5000)})));
          return i % 2 ? gzipSync(bytes) : bytes;
        })(),
      ),
    ),
  );
  const source = await webDataset(large, {interleave: 5, shuffleBuffer: 20});
  for await (const sample of source.samples({seed: 1, epoch: 0})) {
    expect(sample.bytes).toHaveLength(5000);
    expect(await openFiles(directory)).toHaveLength(5);
    break;
  }
  expect(await openFiles(directory)).toEqual([]);
  const failing = async () => {
    for await (const sample of source.samples({seed: 1, epoch: 0})) throw new Error(sample.key);
  };
  await expect(failing()).rejects.toThrow('large-');
  expect(await openFiles(directory)).toEqual([]);
  const abandoned = source.samples({seed: 1, epoch: 0})[Symbol.asyncIterator]();
  await abandoned.next();
  expect(await openFiles(directory)).toHaveLength(5);
  await source.close();
  expect(await openFiles(directory)).toEqual([]);
  expect(await collect(source)).toHaveLength(1000); // it can be read again
  expect(await openFiles(directory)).toEqual([]);
});
