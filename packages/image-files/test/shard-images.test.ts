import {appendFile, open, stat, utimes, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {evalAugment} from '@contrastive/augment';
import {readImages} from '@contrastive/data';
import sharp from 'sharp';
import {describe, expect, test} from 'vitest';
import {shardImages} from '../src/shard-images.js';
import {webDataset} from '../src/web-dataset.js';
import {collect, openFiles, tar, temporaryDirectory, upTo, type ShardFile} from './web-dataset-shards.js';

const directory = await temporaryDirectory();

/** A picture of one red. */
const picture = async (red: number): Promise<Uint8Array> =>
  sharp({create: {width: 5, height: 4, channels: 3, background: {r: red, g: 0, b: 0}}})
    .png()
    .toBuffer();

/** A name so long that the archive has a header of its own for it. */
const LONG = 'x'.repeat(150);

let count = 0;
async function shard(files: readonly ShardFile[]): Promise<string> {
  const path = join(directory, `${String(count++).padStart(2, '0')}.tar`);
  await writeFile(path, await tar(files));
  return path;
}

/** Shards of pictures by their red, each with its red as its label. */
const shardOf = async (...reds: readonly number[]): Promise<string> => {
  const files = await Promise.all(
    reds.map(async red => [
      {name: `${red === 3 ? LONG : ''}${red}.png`, content: await picture(red)},
      {name: `${red === 3 ? LONG : ''}${red}.cls`, content: String(red)},
    ]),
  );
  return shard(files.flat());
};

const small = evalAugment({size: 2, crop: 1});

/** The reds of images, as they were asked for. */
async function redsOf(source: Awaited<ReturnType<typeof shardImages>>, indices: readonly number[]): Promise<number[]> {
  const {bytes} = await readImages(source, indices, small);
  return indices.map((_, i) => bytes[i * 2 * 2 * 3]);
}

test('images are those of the stream, in any order', async () => {
  const paths = [await shardOf(1, 2, 3), await shardOf(40, 50)];
  const source = await shardImages(paths, {workers: 0});
  const samples = await collect(await webDataset(paths, {shuffle: false}));
  expect(upTo(source.length).map(index => source.nameOf(index))).toEqual(samples.map(({key}) => key));
  expect([...(source.labels ?? [])]).toEqual([1, 2, 3, 40, 50]);
  expect(await redsOf(source, [4, 2, 0, 3, 1, 2])).toEqual([50, 3, 1, 40, 2, 3]);
  expect(source.files).toEqual(paths);
  expect(source.bad).toEqual([]);
  await source.close();
  expect(await openFiles(directory)).toEqual([]);
});

test('threads decode them too', async () => {
  const source = await shardImages(await shardOf(7, 8), {workers: 1});
  expect(await redsOf(source, [1, 0])).toEqual([8, 7]);
  await source.close();
});

test('keys that come again have names of their own', async () => {
  const twice = [
    {name: 'a.png', content: await picture(1)},
    {name: 'b.png', content: await picture(2)},
  ] as const;
  const source = await shardImages(await shard([...twice, ...twice]), {workers: 0});
  const names = upTo(4).map(index => source.nameOf(index).replace(/^.*\//, ''));
  expect(names).toEqual(['a', 'b', 'a (2)', 'b (2)']);
  expect(await redsOf(source, [3])).toEqual([2]);
});

test('where an image has no label none has', async () => {
  const source = await shardImages([await shardOf(1), await shard([{name: 'a.png', content: await picture(2)}])]);
  expect(source.labels).toBeUndefined();
  await source.close();
});

test('a damaged shard is used up to the damage, and what is left out is listed', async () => {
  const files = [1, 2, 3].map(async red => ({name: `${red}.png`, content: await picture(red)}));
  const whole = await tar([...(await Promise.all(files)), {name: 'x.heic', content: 'x'}]);
  const path = join(directory, 'cut.tar');
  await writeFile(path, whole.subarray(0, 2 * 1024 + 700)); // within the third image
  const source = await shardImages([path, await shardOf(9)], {workers: 0});
  expect(await redsOf(source, [0, 1, 2])).toEqual([1, 2, 9]);
  expect(source.bad).toEqual([{path, reason: expect.stringMatching(/^it is damaged after 2 samples/) as string}]);
  await expect(shardImages(path, {strict: true})).rejects.toThrow('can be used, got');
});

/** Names of all images of a source, which is closed. */
async function namesOf(source: Awaited<ReturnType<typeof shardImages>>): Promise<string[]> {
  await source.close();
  return upTo(source.length).map(index => source.nameOf(index));
}

describe('places of an earlier call', () => {
  /** What they say, so that a test can say something else. */
  interface Said {
    readonly shards: readonly {readonly file: string; readonly size: number; readonly modified: number}[];
    readonly images: readonly object[];
  }

  test('are where images lie, and what was left out, without reading the shards again', async () => {
    const files = [1, 2].map(async red => ({name: `${red}.png`, content: await picture(red)}));
    const others = ['x.heic', '1.cls'].map(name => ({name, content: 'x'}));
    const path = await shard([...(await Promise.all(files)), ...others]);
    const paths = [path, await shardOf(3)];
    const first = await shardImages(paths, {workers: 0});
    expect(first.bad).not.toHaveLength(0);
    const places = first.places();
    const second = await shardImages(paths, {workers: 0, places});
    expect(second.bad).toEqual(first.bad);
    expect(second.places()).toBe(places);
    expect(await redsOf(second, [2, 0, 1])).toEqual([3, 1, 2]);
    await expect(shardImages(paths, {places, strict: true})).rejects.toThrow('can be used, got');
    // The shard's first header is overwritten, so that reading would find nothing, and places say that this was known.
    const file = await open(path, 'r+');
    await file.write(new Uint8Array(512).fill(1), 0, 512, 0);
    await file.close();
    const {mtimeMs} = await stat(path);
    const said = JSON.parse(places) as Said;
    const shards = said.shards.map(one => (one.file === path ? {...one, modified: mtimeMs} : one));
    const known = await shardImages(paths, {workers: 0, places: JSON.stringify({...said, shards})});
    expect(await namesOf(known)).toEqual(await namesOf(first));
    expect(await namesOf(await shardImages(paths, {workers: 0}))).toHaveLength(1);
  });

  test('count for nothing where shards, or how they are read, have changed, or something is wrong', async () => {
    const paths = [await shardOf(1, 2), await shardOf(3)];
    const places = (await shardImages(paths)).places();
    const said = JSON.parse(places) as Said;
    const [image, ...others] = said.images;
    const wrong = {
      'another shard': {...said, shards: said.shards.map(one => ({...one, size: one.size + 1}))},
      'another label': {...said, labelKey: 'other', images: others},
      'no such shard': {...said, images: [{...image, shard: 2}]},
      'no place': {...said, images: [{...image, offset: -1}]},
      'no image': {...said, images: [null]},
      'no list': {...said, images: {}},
      'a shard that was damaged': {...said, images: others, bad: [{path: paths[1], reason: 'it is damaged'}]},
      null: null,
    };
    const texts = Object.entries(wrong).map(([what, one]) => [what, JSON.stringify(one)]);
    for (const [what, text] of [...texts, ['no JSON', places.slice(1)], ['nothing', '']]) {
      const source = await shardImages(paths, {workers: 0, places: text});
      expect(source.places(), what).toBe(places);
      expect(await redsOf(source, [0, 1, 2]), what).toEqual([1, 2, 3]);
    }
    await utimes(paths[0], new Date(), new Date(Date.now() + 5000));
    expect((await shardImages(paths, {places: JSON.stringify({...said, images: others})})).length).toBe(3);
  });
});

test('images of a shard that changes meanwhile are bad ones', async () => {
  const [path, other] = [await shardOf(1, 2), await shardOf(3)];
  const source = await shardImages([path, other], {workers: 0, mostBad: 1});
  await appendFile(path, new Uint8Array(512));
  const {positions} = await readImages(source, [0, 1, 2], small);
  expect([...positions]).toEqual([2]);
  expect(source.bad.map(({reason}) => reason)).toEqual(upTo(2).map(() => 'its shard has changed since it was opened'));
});

test('gzip is refused, whatever the file is called, and shards without images too', async () => {
  const path = join(directory, 'packed.tar');
  await writeFile(path, gzipSync(await tar([{name: 'a.png', content: await picture(1)}])));
  await expect(shardImages([await shardOf(1), path])).rejects.toThrow(
    `shardImages: expected plain tar files, whose images can be had in any order, got ${path}, which is packed by gzip`,
  );
  await expect(shardImages(await shard([{name: 'a.txt', content: 'x'}]))).rejects.toThrow(
    'shardImages: expected images in the shards, of which there are 1',
  );
  await expect(shardImages(join(directory, 'no-{0..3}.tar'))).rejects.toThrow(
    'shardImages: expected shards, got 4 of 4',
  );
  expect(await openFiles(directory)).toEqual([]);
});
