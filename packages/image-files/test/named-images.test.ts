import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {evalAugment} from '@contrastive/augment';
import {readImages} from '@contrastive/data';
import sharp from 'sharp';
import {afterAll, expect, test} from 'vitest';
import {imageFiles} from '../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'named-images-'));
afterAll(() => {
  rmSync(folder, {recursive: true});
});

const png = async (red: number): Promise<Buffer> =>
  sharp({create: {width: 9, height: 7, channels: 3, background: {r: red, g: 2, b: 3}}})
    .png()
    .toBuffer();

test('reads files and bytes in the order in which they are named', async () => {
  const path = join(folder, 'a.png');
  writeFileSync(path, await png(10));
  const source = await imageFiles([path, {path: 'pasted', bytes: await png(200)}], {workers: 0});
  const {bytes, shape} = await readImages(source, [1, 0], evalAugment({size: 1, crop: 1}));
  expect(shape).toEqual([2, 1, 1, 3]);
  expect([...bytes]).toEqual([200, 2, 3, 10, 2, 3]);
  expect([source.length, source.nameOf(0), source.nameOf(1), source.labels]).toEqual([2, path, 'pasted', undefined]);
  await source.close();
});

test('names what cannot be read, and reads the others', async () => {
  const source = await imageFiles([join(folder, 'nowhere.png'), {path: 'good', bytes: await png(5)}], {
    ...{workers: 0, channels: 1},
  });
  const {positions} = await readImages(source, [0, 1], evalAugment({size: 4}));
  expect([...positions]).toEqual([1]);
  expect(source.bad.map(({path}) => path)).toEqual([join(folder, 'nowhere.png')]);
  await source.close();
});

test('needs at least one', async () => {
  await expect(imageFiles([])).rejects.toThrow('imageFiles: expected paths, or {path, bytes}, at least one, as images');
});
