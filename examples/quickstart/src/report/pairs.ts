import {at, heading, sectionTop, text} from './svg.js';
import {image, type Picture} from './picture.js';
import {colors, page} from './theme.js';

/** An image and the two random views that the loss pulls together. */
export interface Pair {
  /** The image as the data set has it. */
  readonly original: Picture;
  /** The first view. */
  readonly first: Picture;
  /** The second view. */
  readonly second: Picture;
}

const tile = 70;
const labelWidth = 64;
const rowStep = tile + 8;

/** How many pairs fit beside each other. */
export const pairCount = 7;

/** Height of the section. */
export const pairsHeight = sectionTop + 2 * rowStep + tile + 6;

/** A column for each pair: the original on top, its two views below. */
export async function pairsSection(pairs: readonly Pair[]): Promise<string> {
  const step = (page.left - labelWidth - tile) / (pairCount - 1);
  const rows = ['original', 'first', 'second'] as const;
  // The views stand a little apart from the image that they come from.
  const tops = rows.map((_, row) => row * rowStep + (row === 0 ? 0 : 6));
  const labels = ['Image', 'View 1', 'View 2'].map((label, row) =>
    text(0, tops[row] + tile / 2 + 4, label, {fill: colors.muted}),
  );
  const tiles = await Promise.all(
    pairs.slice(0, pairCount).flatMap((pair, column) => {
      const x = Math.round(labelWidth + column * step);
      return rows.map((name, row) => image(pair[name], x, tops[row], tile));
    }),
  );
  const note = 'The encoder learns to put both views of an image close together, other images far away.';
  return heading('Two views of one image', note) + at(0, sectionTop, ...labels, ...tiles);
}
