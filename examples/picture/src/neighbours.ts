import type {Pixels} from '@contrastive/augment';
import {colors} from './palette.js';
import {at, heading, image, sectionTop, text} from './svg.js';

/** An image with the name of its class, where it has one. */
export interface Labelled {
  /** The image. */
  readonly picture: Pixels;
  /** Name of its class. */
  readonly label?: string;
}

/** A test image and the training images nearest to it. */
export interface Neighbourhood {
  /** The test image. */
  readonly query: Labelled;
  /** Training images, nearest first. */
  readonly nearest: readonly Labelled[];
}

// Of neighbours: how many test images with how many neighbours, and points.
export const rowSizes = {count: 8, nearest: 6, tile: 56, labelWidth: 96, step: 68};

/** Letters of a name that fit there. */
const MOST_LETTERS = 13;

/** Height of the section of neighbours. */
export const neighboursHeight = sectionTop + (rowSizes.count - 1) * rowSizes.step + rowSizes.tile;

/** Outline of a tile; a wrong one also has a cross in its corner, so that colour is not the only sign. */
function mark(x: number, y: number, right: boolean): string {
  const color = right ? colors.right : colors.wrong;
  const [line, edge] = [2.5, rowSizes.tile + 2.5];
  const place = `x="${x - line / 2}" y="${y - line / 2}" width="${edge}" height="${edge}"`;
  const outline = `<rect ${place} rx="${line}" fill="none" stroke="${color}" stroke-width="${line}"/>`;
  if (right) return outline;
  const [cx, cy, arm] = [x + rowSizes.tile, y, 3];
  return (
    outline +
    `<circle cx="${cx}" cy="${cy}" r="7.5" fill="${color}" stroke="${colors.paper}" stroke-width="1.5"/>` +
    `<path transform="translate(${cx},${cy})" d="M-${arm},-${arm}L${arm},${arm}M-${arm},${arm}L${arm},-${arm}" ` +
    'stroke="#fff" stroke-width="1.75" stroke-linecap="round"/>'
  );
}

/** A name that fits beside the images. */
const short = (name: string): string => (name.length > MOST_LETTERS ? `${name.slice(0, MOST_LETTERS - 1)}…` : name);

async function row({query, nearest}: Neighbourhood, y: number): Promise<string[]> {
  const {tile, labelWidth} = rowSizes;
  const left = query.label === undefined ? 0 : labelWidth;
  const first = left + tile + 36;
  const neighbours = await Promise.all(
    nearest.slice(0, rowSizes.nearest).map(async ({picture, label}, i) => {
      const x = first + i * (tile + 15);
      return (await image(picture, x, y, tile)) + (label === undefined ? '' : mark(x, y, label === query.label));
    }),
  );
  return [
    ...(query.label === undefined ? [] : [text(0, y + tile / 2 + 4.5, short(query.label), {weight: 500})]),
    await image(query.picture, left, y, tile),
    ...neighbours,
  ];
}

/**
 * A row for each query: the image, then its neighbours, where there are classes framed green where the class is the
 * same and red where it is not.
 *
 * @param title Of the section.
 * @param note What it shows, in a line.
 */
export async function neighboursSection(
  neighbourhoods: readonly Neighbourhood[],
  title = 'Nearest neighbours in feature space',
  note = 'A test image, then the training images nearest to it. Green: same class. Red: another.',
): Promise<string> {
  const rows = await Promise.all(
    neighbourhoods.slice(0, rowSizes.count).map((neighbourhood, i) => row(neighbourhood, i * rowSizes.step)),
  );
  return heading(title, note) + at(0, sectionTop, ...rows.flat());
}
