import sharp from 'sharp';
import {expect, test} from 'vitest';
import {document, neighboursHeight, neighboursSection, page, renderPng, type Labelled} from '../src/index.js';

/** An image of one colour. */
const filled = (red: number, green: number, blue: number, label?: string): Labelled => ({
  picture: {data: Uint8Array.of(red, green, blue), height: 1, width: 1, channels: 3},
  ...(label !== undefined && {label}),
});

/** How many pixels of the picture are about of a colour. */
async function pixelsOf(neighbours: Labelled[], query: Labelled, wanted: readonly number[]): Promise<number> {
  const section = await neighboursSection([{query, nearest: neighbours}]);
  const png = await renderPng(document(page.left, neighboursHeight, section));
  const {data} = await sharp(png).removeAlpha().raw().toBuffer({resolveWithObject: true});
  let found = 0;
  for (let i = 0; i < data.length; i += 3)
    if (wanted.every((value, channel) => Math.abs(data[i + channel] - value) < 12)) found++;
  return found;
}

const [frameOfRight, frameOfWrong, blue] = [
  [31, 157, 107],
  [217, 65, 47],
  [0, 0, 255],
];

test('draws images as they are, twice as large as in points', async () => {
  const found = await pixelsOf([filled(0, 0, 255)], filled(255, 255, 0), blue);
  expect(found).toBeGreaterThan(0.9 * (2 * 56) ** 2);
  expect(found).toBeLessThan(1.1 * (2 * 56) ** 2);
});

test('frames neighbours by their class, and not at all where there are no classes', async () => {
  const [same, other, none] = [filled(0, 0, 255, 'cat'), filled(0, 0, 255, 'dog'), filled(0, 0, 255)];
  const query = filled(255, 255, 0, 'cat');
  expect(await pixelsOf([same], query, frameOfRight)).toBeGreaterThan(300);
  expect(await pixelsOf([same], query, frameOfWrong)).toBe(0);
  expect(await pixelsOf([other], query, frameOfWrong)).toBeGreaterThan(300);
  expect(await pixelsOf([none], filled(255, 255, 0), frameOfRight)).toBe(0);
  expect(await pixelsOf([none], filled(255, 255, 0), frameOfWrong)).toBe(0);
});
