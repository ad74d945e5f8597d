import {mkdtemp, readFile, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createRandom} from '@contrastive/augment';
import sharp from 'sharp';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {paint, paintImages, pixelsFile} from '../src/paint.js';
import {viewsCifar, viewsJpeg} from '../src/settings.js';

let directory: string;
const {signal} = new AbortController();

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bench-'));
});
afterEach(() => rm(directory, {recursive: true}));

test('a painted image has fields of every brightness, and is a function of its number', () => {
  const image = paint(32, 48, createRandom(1, 3));
  expect(image).toHaveLength(32 * 48 * 3);
  expect(image).toEqual(paint(32, 48, createRandom(1, 3)));
  const sorted = [...image].sort((a, b) => a - b);
  expect(sorted[Math.floor(0.9 * sorted.length)] - sorted[Math.floor(0.1 * sorted.length)]).toBeGreaterThan(60);
});

test('images in memory are one file of pixels, those in files JPEGs in the folder of a class', async () => {
  await paintImages(directory, {...viewsCifar, images: 3}, signal);
  const pixels = await readFile(join(directory, pixelsFile));
  expect(pixels).toHaveLength(3 * 32 * 32 * 3);
  expect(Uint8Array.from(pixels.subarray(2 * 32 * 32 * 3))).toEqual(paint(32, 32, createRandom(1, 2)));

  await rm(join(directory, pixelsFile));
  await paintImages(directory, {...viewsJpeg, images: 2}, signal);
  const [folder] = await readdir(directory);
  const files = await readdir(join(directory, folder));
  expect(files).toEqual(['00000.jpg', '00001.jpg']);
  expect(await sharp(join(directory, folder, files[0])).metadata()).toMatchObject({
    format: 'jpeg',
    width: 500,
    height: 375,
    channels: 3,
  });
});

test('an abort stops the painting', async () => {
  await expect(paintImages(directory, viewsJpeg, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
});
