import sharp from 'sharp';
import {expect, test} from 'vitest';
import {augmentation, createRandom, randomResizedCrop, simclrAugment} from '@contrastive/augment';
import {contactSheet} from '../src/index.js';

const [height, width] = [30, 40];
const grey = {data: Uint8Array.from({length: height * width}, (_, i) => i % 256), height, width, channels: 1} as const;

test('shows views side by side, each where it belongs', async () => {
  const augment = augmentation([randomResizedCrop({size: 10})]);
  const png = await contactSheet(grey, augment, {draws: 5, columns: 3, gap: 2, least: 20, seed: 3});
  const {data, info} = await sharp(png).removeAlpha().raw().toBuffer({resolveWithObject: true});
  expect([info.format, info.width, info.height]).toEqual(['raw', 3 * 22 + 2, 2 * 22 + 2]);
  // the fifth: second row, second column
  const view = augment.view(grey, augment.sample(height, width, createRandom(3, 4)));
  for (const [y, x] of [
    [0, 0],
    [9, 9],
    [4, 7],
  ]) {
    const at = ((24 + 2 * y + 1) * info.width + 24 + 2 * x + 1) * info.channels;
    expect(data[at]).toBe(view.data[y * 10 + x]);
  }
  expect(data[0]).toBe(255);
});

test('tells what is wrong', async () => {
  await expect(contactSheet(grey, simclrAugment({size: 8}), {draws: 0})).rejects.toThrow(
    /contactSheet: expected an integer from 1 on as draws, got 0/,
  );
});
