import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {augmentation, randomResizedCrop} from '@contrastive/augment';
import {disposeViews, twoViews, type TwoViewsOptions} from '@contrastive/data';
import {expectNoLeaks} from '@contrastive/testing';
import sharp from 'sharp';
import {expect, test} from 'vitest';
import {webDataset, type WebDatasetOptions} from '../src/web-dataset.js';
import {collect, tar, temporaryDirectory, upTo, type ShardFile} from './web-dataset-shards.js';

const directory = await temporaryDirectory();

let count = 0;
async function shard(files: readonly ShardFile[]): Promise<string> {
  const path = join(directory, `${count++}.tar`);
  await writeFile(path, await tar(files));
  return path;
}

const read = async (files: readonly ShardFile[], options: WebDatasetOptions = {}) =>
  collect(await webDataset(await shard(files), {shuffle: false, ...options}));

test('the key is the path up to the first dot of the base name; consecutive files of a key are a sample', async () => {
  const samples = await read([
    {name: 'a/b.c/x1.jpg', content: '1'},
    {name: './a/b.c/x2.input.png', content: 'no image: its extension is input.png'},
    {name: './a/b.c/x2.PNG', content: '2'},
    {name: 'x2.webp', content: '3'},
    {name: '.hidden.jpg', content: 'no sample'},
    {name: 'readme', content: 'no sample'},
    {name: 'dir.jpg/', content: '', type: 'directory'},
    {name: 'x2.cls', content: '7'},
    {name: 'text.txt', content: 'a sample without an image is none'},
    {name: 'x3.json', content: '{}'},
    {name: 'x3.tiff', content: '4'},
    {name: 'x3.jpg', content: 'the first image counts'},
    {name: 'a/b.c/x1.jpeg', content: 'comes again'},
  ]);
  expect(samples.map(({key, bytes}) => [key.replace(/^\d+\.tar\//, ''), new TextDecoder().decode(bytes)])).toEqual([
    ['a/b.c/x1', '1'],
    ['a/b.c/x2', '2'],
    ['x2', '3'],
    ['x3', '4'],
    ['a/b.c/x1', 'comes again'],
  ]);
  expect(samples[2].label).toBe(7);
});

test('dots within names are part of the key where a digit follows', async () => {
  const names = ['22.05.1', '22.05.2', '22.05.3', 'clip1.5m', '2024.01.31T10.00.00Z'];
  const samples = await read(
    names.flatMap((name, i) => [
      {name: `${name}.png`, content: name},
      {name: `${name}.cls`, content: String(i)},
    ]),
  );
  expect(samples.map(({bytes, label}) => [new TextDecoder().decode(bytes), label])).toEqual(
    names.map((name, i) => [name, i]),
  );
});

test('what is not used is listed: other images, images beside others, labels that are none or lie apart', async () => {
  const files = {
    'x1.jpg': 'used',
    'x1.mask.png': 'beside',
    'x1.png': 'second',
    'x1.cls': 'cat',
    'x1.json': '{"label": "dog"}',
    'x1.left.cls': '1',
    'x2.heic': 'no decoder',
    'x3.jpg': 'used',
    'x4.cls': '4',
    'x3.cls': '3',
    'x5.jpg': 'used',
    'x5.json': '{',
    'x6.cls': '6',
    'x5.txt': 'passed over',
    '._x5.jpg': 'passed over',
  };
  const path = await shard(Object.entries(files).map(([name, content]) => ({name, content})));
  const source = await webDataset(path, {shuffle: false});
  const samples = await collect(source);
  expect(samples.map(({key, label}) => [key.replace(/^.*\//, ''), label])).toEqual([
    ['x1', undefined],
    ['x3', undefined],
    ['x5', undefined],
  ]);
  const label = 'expected a whole number from 0 as the label, got ';
  const apart = (key: string) =>
    `there is no image beside it, of the key ${key}; the files of a key must follow each other, so sort those of the ` +
    'shard by name';
  expect(source.bad.map(({path, reason}) => [path.replace(/^.*\//, ''), reason])).toEqual([
    ['x1.mask.png', 'expected one ending after its key x1, got .mask.png; rename it, if it is an image to learn'],
    ['x1.png', 'the image of its key is x1.jpg; it is left out'],
    ['x1.cls', `${label}'cat'`],
    ['x1.json', `${label}'dog'`],
    ['x1.left.cls', 'expected .cls after its key x1, got .left.cls; rename it, if it is the label'],
    ['x2.heic', 'expected JPEG, PNG, WebP, AVIF, GIF or TIFF, got .heic; convert it'],
    ['x4.cls', apart('x4')],
    ['x3.cls', apart('x3')],
    ['x5.json', `${label}what is no JSON`],
    ['x6.cls', apart('x6')],
  ]);
});

test.each([
  ['xz', 'fd377a585a00'],
  ['bzip2', '425a6839314159265359'],
  ['zstd', '28b52ffd'],
  ['zip', '504b0304'],
  ['7z', '377abcaf271c'],
])('a shard packed by %s is called that', async (kind, begins) => {
  const path = join(directory, `${count++}.tar`);
  await writeFile(path, Buffer.concat([Buffer.from(begins, 'hex'), new Uint8Array(600)]));
  const source = await webDataset(path);
  await expect(collect(source)).rejects.toThrow(`got one packed by ${kind}; unpack it`);
  expect(source.bad).toEqual([
    {path, reason: `expected a tar file, plain or packed by gzip, got one packed by ${kind}; unpack it`},
  ]);
});

test('long names, as PAX headers have them', async () => {
  const name = `${'long/'.repeat(60)}ünïcode`;
  expect((await read([{name: `${name}.jpg`, content: 'x'}])).map(({key}) => key.replace(/^\d+\.tar\//, ''))).toEqual([
    name,
  ]);
});

test('labels come from .cls, else from a field of .json, and may be missing', async () => {
  const label = async (files: Record<string, string>, options?: WebDatasetOptions) =>
    (
      await read(
        [
          ...Object.entries(files).map(([extension, content]) => ({name: `x.${extension}`, content})),
          {name: 'x.jpg', content: 'x'},
        ],
        options,
      )
    )[0].label;
  expect(await label({cls: '12'})).toBe(12);
  expect(await label({cls: ' 3\n'})).toBe(3);
  expect(await label({json: '{"label": 4}'})).toBe(4);
  expect(await label({json: '{"label": 4}', cls: '5'})).toBe(5);
  expect(await label({json: '{"label": 4, "class": 6}'}, {labelKey: 'class'})).toBe(6);
  const none: Record<string, string>[] = [
    {},
    {txt: '1'},
    {cls: ''},
    {cls: 'cat'},
    {cls: '-1'},
    {cls: '1.5'},
    {cls: '99999999999'},
    {json: '{'},
    {json: 'null'},
    {json: '[1]'},
    {json: '{}'},
    {json: '{"label": "1"}'},
    {json: '{"label": -1}'},
    {json: ' '.repeat(2 ** 20) + '{"label": 1}'},
  ];
  for (const files of none) expect(await label(files)).toBeUndefined();
  expect(await label({json: '{"__proto__": 1}'}, {labelKey: '__proto__'})).toBe(1);
  expect(await label({json: '{}'}, {labelKey: 'constructor'})).toBeUndefined();
});

test('no images at all, and too many bytes in the buffer, are errors', async () => {
  await expect(read([{name: 'x.txt', content: 'x'}])).rejects.toThrow(
    /of which there are 1, the first .*\.tar, found none; an image is a file that ends in \.jpg/,
  );
  const files = upTo(10).map(i => ({name: `${i}.jpg`, content: new Uint8Array(1000)}));
  await expect(read(files, {shuffle: true, memory: 5000})).rejects.toThrow(
    /at most 5000 bytes.*got 6000; lower shuffleBuffer, now 1000, or raise/,
  );
  expect(await read(files, {shuffle: true, memory: 5000, shuffleBuffer: 5})).toHaveLength(10);
});

/** Images of one colour each, 20 × 30, and one that is none. */
const pictures = await Promise.all(
  upTo(24).map(async i =>
    sharp({create: {width: 30, height: 20, channels: 3, background: {r: 10 * i, g: 5, b: 250}}})
      .png()
      .toBuffer(),
  ),
);
const pictureFiles = pictures.flatMap((content, i) => [
  {name: `${i}.png`, content: i === 13 ? content.subarray(0, 50) : i === 17 ? '' : content},
  {name: `${i}.cls`, content: String(i)},
]);
const options: TwoViewsOptions = {
  augment: augmentation([randomResizedCrop({size: 8})]),
  batchSize: 4,
  seed: 3,
  epochs: 2,
};

test('views are made of the images; those that are none are listed once', async () => {
  const path = await shard(pictureFiles);
  const source = await webDataset(path, {workers: 0, shuffleBuffer: 10});
  await expectNoLeaks(async () => {
    const seen: number[] = [];
    for await (const views of twoViews(source, {...options, dropLast: false})) {
      expect(views.first.shape.slice(1)).toEqual([8, 8, 3]);
      const reds = Array.from(
        views.second.dataSync().filter((_, i) => i % (8 * 8 * 3) === 0),
        red => Math.round(red * 25.5),
      );
      expect(reds).toEqual(Array.from(views.labels ?? []));
      seen.push(...reds);
      disposeViews(views);
    }
    const usable = upTo(24).filter(i => i !== 13 && i !== 17);
    for (const epoch of [seen.slice(0, 22), seen.slice(22)]) expect(epoch.sort((a, b) => a - b)).toEqual(usable);
  });
  expect(source.bad.map(({path: name}) => name).sort()).toEqual([`${path}/13.png`, `${path}/17.png`]);
  await source.close();
});

test('a run goes on from a batch as it would have', async () => {
  const source = await webDataset(await shard(pictureFiles), {workers: 0, shuffleBuffer: 10});
  const record = async (more: Partial<TwoViewsOptions> = {}) => {
    const batches = [];
    for await (const views of twoViews(source, {...options, ...more})) {
      batches.push({keys: views.keys, first: views.first.dataSync(), position: views.position});
      disposeViews(views);
    }
    return batches;
  };
  const whole = await record();
  expect(whole).toHaveLength(10);
  for (const [i, {position}] of whole.entries()) {
    if (i + 1 < whole.length)
      expect(
        await record({startStep: i + 1, position: JSON.parse(JSON.stringify(position)) as typeof position}),
      ).toEqual(whole.slice(i + 1));
  }
});

test('strict and mostBad stop a run', async () => {
  const path = await shard(pictureFiles);
  const run = async (source: WebDatasetOptions, epochs = 2) => {
    for await (const views of twoViews(await webDataset(path, {workers: 0, ...source}), {...options, epochs}))
      disposeViews(views);
  };
  await expect(run({strict: true})).rejects.toThrow(/images that can be used, got .*\d+\.png: .*strict: false/);
  await expect(run({mostBad: 0.05}, 10)).rejects.toThrow(
    /at most 5 % bad images, which is mostBad, got \d+ of the 1\d\d tried so far.*\.png/,
  );
  await run({mostBad: 0.1}, 10);
});
