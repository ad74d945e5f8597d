import {formula} from '@contrastive/testing';
import {fromArrays, readImages} from '@contrastive/data';
import sharp from 'sharp';
import {expect, test} from 'vitest';
import {makeSheets, pictureUri} from '../../src/report/collect/sheets.js';
import {withThumbnails} from '../../src/report/collect/thumbnails.js';

const bytesOf = (uri: string): Buffer => Buffer.from(uri.slice(uri.indexOf(',') + 1), 'base64');
const total = (sheets: readonly string[]): number => sheets.reduce((sum, uri) => sum + bytesOf(uri).length, 0);

/** Grey levels that lossy WebP may be off on a plain tile. */
const LOSS = 6;

test('each picture is where the sheets say', async () => {
  const [n, tile] = [1100, 12];
  const grey = (i: number): number => (37 * i) % 256;
  const bytes = Uint8Array.from({length: n * tile * tile}, (_, at) => grey(Math.floor(at / (tile * tile))));
  const {sheets, columns, perSheet, tile: edge} = await makeSheets({bytes, tile, channels: 1}, 1e6);
  expect({edge, columns, perSheet, sheets: sheets.length}).toEqual({edge: 12, columns: 32, perSheet: 1024, sheets: 2});
  for (const [sheet, uri] of sheets.entries()) {
    expect(uri).toMatch(/^data:image\/webp;base64,/);
    const {data, info} = await sharp(bytesOf(uri)).greyscale().raw().toBuffer({resolveWithObject: true});
    for (let i = sheet * perSheet; i < Math.min(n, (sheet + 1) * perSheet); i++) {
      const at = i % perSheet;
      const [x, y] = [(at % columns) * tile + 6, Math.floor(at / columns) * tile + 6];
      expect(Math.abs(data[y * info.width + x] - grey(i))).toBeLessThanOrEqual(LOSS);
    }
  }
});

test('sheets are made coarser, then smaller, until they fit', async () => {
  const [n, tile] = [500, 48];
  const noise = Uint8Array.from(formula('noise', n * tile * tile * 3), value => 127.5 + 127.5 * value);
  const pictures = {bytes: noise, tile, channels: 3} as const;
  const plenty = await makeSheets(pictures, 1e8);
  expect(plenty.tile).toBe(48);
  const whole = total(plenty.sheets);
  const coarser = await makeSheets(pictures, 0.8 * whole);
  expect(coarser.tile).toBe(48);
  expect(total(coarser.sheets)).toBeLessThanOrEqual(0.8 * whole);
  const smaller = await makeSheets(pictures, 0.15 * whole);
  expect(smaller.tile).toBeLessThan(48);
  expect(total(smaller.sheets)).toBeLessThanOrEqual(0.15 * whole);
  expect(smaller.sheets.length).toBe(plenty.sheets.length);
});

test('a picture is itself again, or smaller where it is large', async () => {
  const data = Uint8Array.from({length: 28 * 20 * 3}, (_, i) => i % 256);
  const small = await sharp(bytesOf(await pictureUri(data, {height: 28, width: 20, channels: 3}))).metadata();
  expect([small.height, small.width]).toEqual([28, 20]);
  const large = await pictureUri(new Uint8Array(1000 * 500), {height: 1000, width: 500, channels: 1});
  expect((await sharp(bytesOf(large)).metadata()).height).toBe(224);
});

test('thumbnails are of the images that went by, which are as without them', async () => {
  const [height, width] = [60, 80];
  const bytes = Uint8Array.from(formula('images', 3 * height * width * 3), value => 127.5 + 127.5 * value);
  const images = fromArrays({images: bytes, height, width, channels: 3});
  const {source, tile, of} = withThumbnails(images);
  expect(tile).toBe(48);
  expect((await readImages(source, [2, 0])).bytes).toEqual((await readImages(images, [2, 0])).bytes);
  expect(of([0, 2]).length).toBe(2 * 48 * 48 * 3);
  // Pillow's bicubic of the central square, as sharp has it within some levels: the means agree.
  const square = await sharp(bytes.subarray(0, height * width * 3), {raw: {height, width, channels: 3}})
    .extract({left: 10, top: 0, width: 60, height: 60})
    .stats();
  const mean = of([0]).reduce((sum, value) => sum + value, 0) / (48 * 48 * 3);
  const expected = square.channels.reduce((sum, {mean: of}) => sum + of / 3, 0);
  expect(Math.abs(mean - expected)).toBeLessThan(2);
});

test('small square images are their own thumbnails', async () => {
  const bytes = Uint8Array.from({length: 2 * 16}, (_, i) => i);
  const {source, tile, of} = withThumbnails(fromArrays({images: bytes, height: 4, width: 4}));
  await readImages(source, [0, 1]);
  expect(tile).toBe(4);
  expect(of([1, 0])).toEqual(Uint8Array.from([...bytes.slice(16), ...bytes.slice(0, 16)]));
});
