import {at, heading, sectionTop, text} from './svg.js';
import {image, type Picture} from './picture.js';
import {colors} from './theme.js';

/** An image with the name of its class. */
export interface Labelled {
  /** The image. */
  readonly picture: Picture;
  /** Name of its class. */
  readonly label: string;
}

/** A test image and the training images nearest to it. */
export interface Neighbourhood {
  /** The test image. */
  readonly query: Labelled;
  /** Training images, nearest first. */
  readonly nearest: readonly Labelled[];
}

const tile = 56;
const labelWidth = 96;
const rowStep = tile + 12;

/** How many test images are shown. */
export const queryCount = 8;

/** How many neighbours of each are shown. */
export const nearestCount = 6;

/** Height of the section. */
export const neighboursHeight = sectionTop + (queryCount - 1) * rowStep + tile;

/** Outline of a tile; a wrong one also has a cross in its corner, so that colour is not the only sign. */
function mark(x: number, y: number, right: boolean): string {
  const color = right ? colors.right : colors.wrong;
  const [line, edge] = [2.5, tile + 2.5];
  const place = `x="${x - line / 2}" y="${y - line / 2}" width="${edge}" height="${edge}"`;
  const outline = `<rect ${place} rx="${line}" fill="none" stroke="${color}" stroke-width="${line}"/>`;
  if (right) return outline;
  const [cx, cy, arm] = [x + tile, y, 3];
  return (
    outline +
    `<circle cx="${cx}" cy="${cy}" r="7.5" fill="${color}" stroke="${colors.paper}" stroke-width="1.5"/>` +
    `<path transform="translate(${cx},${cy})" d="M-${arm},-${arm}L${arm},${arm}M-${arm},${arm}L${arm},-${arm}" ` +
    'stroke="#fff" stroke-width="1.75" stroke-linecap="round"/>'
  );
}

async function row({query, nearest}: Neighbourhood, y: number): Promise<string[]> {
  const first = labelWidth + tile + 36;
  const neighbours = await Promise.all(
    nearest.slice(0, nearestCount).map(async ({picture, label}, i) => {
      const x = first + i * (tile + 15);
      return (await image(picture, x, y, tile)) + mark(x, y, label === query.label);
    }),
  );
  return [
    text(0, y + tile / 2 + 4.5, query.label, {weight: 500}),
    await image(query.picture, labelWidth, y, tile),
    ...neighbours,
  ];
}

/**
 * A row for each test image: the query, then its neighbours, framed green where the class is the same and red where it
 * is not.
 */
export async function neighboursSection(neighbourhoods: readonly Neighbourhood[]): Promise<string> {
  const rows = await Promise.all(
    neighbourhoods.slice(0, queryCount).map((neighbourhood, i) => row(neighbourhood, i * rowStep)),
  );
  const note = 'A test image, then the training images nearest to it. Green: same class. Red: another.';
  return heading('Nearest neighbours in feature space', note) + at(0, sectionTop, ...rows.flat());
}
