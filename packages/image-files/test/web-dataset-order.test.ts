import {cp, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {fc} from '@contrastive/testing';
import {describe, expect, test} from 'vitest';
import type {StreamPosition} from '@contrastive/data';
import {webDataset} from '../src/web-dataset.js';
import {collect, labelsOf, openFiles, tar, temporaryDirectory, upTo, writeShards} from './web-dataset-shards.js';

const directory = await temporaryDirectory();
const lengths = [7, 1, 12, 0, 5, 9]; // 34 images
const total = 34;
const shards = await writeShards(directory, lengths);
const gzipped = await writeShards(directory, lengths, {gzip: true, name: 'gzip'});

const saved = (position: StreamPosition) => JSON.parse(JSON.stringify(position)) as StreamPosition;

test('a pass has every sample once, the same again, another order in other epochs and with other seeds', async () => {
  const source = await webDataset(shards, {interleave: 3, shuffleBuffer: 8});
  const first = labelsOf(await collect(source));
  expect([...first].sort((a, b) => Number(a) - Number(b))).toEqual(upTo(total));
  expect(labelsOf(await collect(source))).toEqual(first);
  expect(labelsOf(await collect(await webDataset(shards, {interleave: 3, shuffleBuffer: 8})))).toEqual(first);
  const others = await Promise.all([
    collect(source, {epoch: 1}),
    collect(source, {epoch: 2}),
    collect(source, {seed: 2}),
  ]);
  const orders = new Set([first, ...others.map(labelsOf)].map(order => order.join()));
  expect(orders.size).toBe(4);
  expect(source.bad).toEqual([]);
});

test('gzipped shards give what plain ones give', async () => {
  const options = {interleave: 2, shuffleBuffer: 5};
  const [plain, packed] = await Promise.all(
    [shards, gzipped].map(async paths => collect(await webDataset(paths, options), {epoch: 3})),
  );
  expect(labelsOf(packed)).toEqual(labelsOf(plain));
  expect(packed.map(({bytes}) => bytes)).toEqual(plain.map(({bytes}) => bytes));
});

test('without shuffling the shards come as they are, one after the other', async () => {
  const source = await webDataset(shards, {shuffle: false, interleave: 3, shuffleBuffer: 100});
  const samples = await collect(source, {epoch: 5});
  expect(labelsOf(samples)).toEqual(upTo(total));
  expect(samples[7]).toMatchObject({key: 'shard-1.tar/7', path: join(directory, 'shard-1.tar/7.jpg')});
});

test('open shards are read in turn, and the next takes the place of one that has ended', async () => {
  // A permutation of two shards leaves two orders; which of them it is, the first sample tells.
  const two = shards.slice(0, 3).filter((_, i) => i !== 1); // 0 to 6, and 8 to 19
  const source = await webDataset(two, {interleave: 2, shuffleBuffer: 0});
  const inTurn = labelsOf(await collect(source));
  const pairs = upTo(7).flatMap(i => (inTurn[0] === 0 ? [i, 8 + i] : [8 + i, i]));
  expect(inTurn).toEqual([...pairs, 15, 16, 17, 18, 19]);
  const oneByOne = labelsOf(await collect(await webDataset(two, {interleave: 1, shuffleBuffer: 0})));
  expect(oneByOne).toEqual(
    inTurn[0] === 0 ? [...upTo(7), ...upTo(12).map(i => 8 + i)] : [...upTo(12).map(i => 8 + i), ...upTo(7)],
  );
});

test('any interleave and buffer give every sample once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({min: 1, max: 9}),
      fc.integer({min: 0, max: 50}),
      fc.integer(),
      async (interleave, shuffleBuffer, seed) => {
        const samples = await collect(await webDataset(shards, {interleave, shuffleBuffer}), {seed});
        expect(labelsOf(samples).sort((a, b) => Number(a) - Number(b))).toEqual(upTo(total));
      },
    ),
    {numRuns: 30},
  );
});

test('the buffer moves samples far, and not before it has filled', async () => {
  const [shard] = await writeShards(directory, [300], {name: 'long'});
  const order = labelsOf(await collect(await webDataset(shard, {shuffleBuffer: 100})));
  order.forEach((label, i) => {
    expect(label).toBeLessThan(i + 100);
  });
  const moved = order.reduce<number>((sum, label, i) => sum + Math.abs(Number(label) - i), 0) / 300;
  expect(moved).toBeGreaterThan(30);
});

describe('a pass goes on from a saved position', () => {
  for (const [name, paths] of [
    ['plain', shards],
    ['gzipped', gzipped],
  ] as const) {
    for (const [interleave, shuffleBuffer] of [
      [1, 0],
      [3, 6],
      [4, 100],
      [10, 1],
    ]) {
      test(`at every sample: ${name}, interleave ${interleave}, buffer ${shuffleBuffer}`, async () => {
        const options = {interleave, shuffleBuffer};
        const whole = await collect(await webDataset(paths, options), {epoch: 4});
        const keys = whole.map(({key}) => key);
        for (const [i, {position}] of whole.entries()) {
          const rest = await collect(await webDataset(paths, options), {epoch: 4, position: saved(position)});
          expect(rest.map(({key}) => key)).toEqual(keys.slice(i + 1));
          // Positions of the rest are as they would have been, so that it can be saved again.
          expect(rest.at(0)?.position).toEqual(whole.at(i + 1)?.position);
          expect(rest.at(-1)?.position).toEqual(i + 1 < whole.length ? whole.at(-1)?.position : undefined);
          expect(rest.map(({bytes}) => bytes)).toEqual(whole.slice(i + 1).map(({bytes}) => bytes));
        }
      });
    }
  }

  test('the position is that of its sample, whenever it is asked for', async () => {
    const source = await webDataset(shards, {interleave: 2, shuffleBuffer: 4});
    const early: string[] = [];
    const samples = [];
    for await (const sample of source.samples({seed: 1, epoch: 0})) {
      early.push(JSON.stringify(sample.position));
      samples.push(sample);
    }
    expect(samples.map(({position}) => JSON.stringify(position))).toEqual(early);
  });

  test('without the shards that it was done with', async () => {
    const copies = await Promise.all(
      shards.map(async (shard, i) => {
        const copy = join(directory, `copy-${i}.tar`);
        await cp(shard, copy);
        return copy;
      }),
    );
    const options = {interleave: 2, shuffleBuffer: 3};
    const source = await webDataset(copies, options);
    const whole = await collect(source);
    const at = 25;
    const {position} = whole[at];
    const needed = new Set(whole.slice(at + 1).map(({key}) => key.split('/')[0]));
    const done = copies.filter((_, i) => lengths[i] > 0 && !needed.has(`copy-${i}.tar`));
    expect(done.length).toBeGreaterThan(1);
    for (const path of done) await rm(path);
    expect(labelsOf(await collect(source, {position}))).toEqual(labelsOf(whole.slice(at + 1)));
    expect(source.bad).toEqual([]);
  });

  test('only of the same pass', async () => {
    const source = await webDataset(shards, {shuffleBuffer: 5});
    const [{position}] = await collect(source);
    const of = async (paths: string[], options: object) =>
      (await webDataset(paths, {shuffleBuffer: 5, ...options})).samples({seed: 1, epoch: 0, position});
    expect(() => source.samples({seed: 2, epoch: 0, position})).toThrow(
      /another pass: it has seed 1, this pass has 2; give the same seed/,
    );
    expect(() => source.samples({seed: 1, epoch: 1, position})).toThrow(/has epoch 0, this pass has 1/);
    await expect(of(shards.slice(1), {})).rejects.toThrow(/the same shards, unchanged and in the same order/);
    await expect(of(shards, {interleave: 2})).rejects.toThrow(/interleave 4, this pass has 2/);
    await expect(of(shards, {shuffleBuffer: 6})).rejects.toThrow(/shuffleBuffer 5, this pass has 6/);
    await expect(of(shards, {shuffle: false})).rejects.toThrow(/shuffle true, this pass has false/);
    expect(() => source.samples({seed: 1, epoch: 0, position: {}})).toThrow(/it has seed undefined/);
    for (const broken of [{drawn: -1}, {drawn: 'x'}, {ended: 3}, {ended: [[1]]}, {ended: [[1, 0.5]]}]) {
      expect(() => source.samples({seed: 1, epoch: 0, position: {...position, ...broken}})).toThrow(
        /expected a position as a sample has it/,
      );
    }
  });

  test('and says so when a shard has changed since', async () => {
    const path = join(directory, 'changed.tar');
    const files = upTo(20).map(i => ({name: `${i}.png`, content: 'x'}));
    await writeFile(path, await tar(files));
    const source = await webDataset(path, {shuffleBuffer: 4});
    const {position} = (await collect(source))[10];
    await writeFile(path, await tar(files.map(({content}, i) => ({name: `${i}.txt`, content}))));
    await expect(collect(source, {position})).rejects.toThrow(
      /changed\.tar: expected sample \d+, which the position names, found none; the file was changed/,
    );
    expect(await openFiles(directory)).toEqual([]);
  });
});
