import {join} from 'node:path';
import {evalAugment} from '@contrastive/augment';
import {readImages, type Source} from '@contrastive/data';
import {writeDurably} from '@contrastive/internal/node';
import {webpOf} from '../../data/thumbnails.js';
import {place} from '../../report/collect/sheets.js';
import type {SheetLayout} from '../site-data.js';

/** Edge of a thumbnail in pixels, of images that are larger. */
const TILE = 128;

/** Edge of a sheet in pixels, about: of photographs it then takes 150 kB. */
const SHEET = 768;

/** How the thumbnails of a source lie in sheets: images that are small and square are shown whole. */
function layoutOf({size}: Source): SheetLayout {
  const tile = size && size[0] === size[1] ? Math.min(TILE, size[0]) : TILE;
  const columns = Math.max(1, Math.floor(SHEET / tile));
  return {tile, columns, perSheet: columns * columns};
}

/** Draws thumbnails of images in a sheet; the places of those that cannot be read any more stay black. */
async function drawSheet(source: Source, indices: Int32Array, {tile, columns}: SheetLayout): Promise<Buffer> {
  const {bytes, positions} = await readImages(source, indices, evalAugment({size: tile, crop: 1}));
  const {channels} = source;
  const length = tile * tile * channels;
  const all = new Uint8Array(indices.length * length);
  for (const [row, position] of positions.entries())
    all.set(bytes.subarray(row * length, (row + 1) * length), position * length);
  const {data, width, height} = place({bytes: all, tile, channels}, 0, indices.length, columns);
  return webpOf(data, {width, height, channels});
}

/**
 * Writes thumbnails of images, made anew from their pixels, as sheets: `sheet-0.webp`, …, and `cover.webp` of some.
 *
 * @param indices The image in the source of each.
 * @param cover Which of these begin.
 */
export async function writeSheets(
  folder: string,
  source: Source,
  indices: Int32Array,
  cover: readonly number[],
  onProgress: (done: number) => void,
): Promise<SheetLayout> {
  const layout = layoutOf(source);
  await writeDurably(
    join(folder, 'cover.webp'),
    await drawSheet(
      source,
      Int32Array.from(cover, image => indices[image]),
      layout,
    ),
  );
  for (let from = 0, sheet = 0; from < indices.length; from += layout.perSheet, sheet++) {
    const some = indices.subarray(from, from + layout.perSheet);
    await writeDurably(join(folder, `sheet-${sheet}.webp`), await drawSheet(source, some, layout));
    onProgress(from + some.length);
  }
  return layout;
}
