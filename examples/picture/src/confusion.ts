import {colors, contrast, mixed, type Palette} from './palette.js';
import {at, heading, sectionTop, text} from './svg.js';

/** What was taken for what: a row for each class, a column for each answer, in the order of the names. */
export interface Confusion {
  readonly classNames: readonly string[];
  /** Row after row, `[c, c]`. */
  readonly counts: ArrayLike<number>;
}

/** How a matrix is drawn. */
export interface ConfusionStyle {
  readonly title: string;
  /** Under the title, in a line. */
  readonly note?: string;
  /** In points, names of classes included. */
  readonly width: number;
  readonly palette?: Palette;
}

// Points: names of rows, names of columns, which are slanted, how far the last of these leans over the squares, and the
// width below which a square has no number.
const sizes = {names: 88, slanted: 62, leans: 30, least: 22};

/** Letters of a name that fit. */
const MOST_LETTERS = 12;

const squareOf = (classes: number, width: number): number => Math.floor((width - sizes.names - sizes.leans) / classes);

const short = (name: string): string => (name.length > MOST_LETTERS ? `${name.slice(0, MOST_LETTERS - 1)}…` : name);

/** The height of a matrix of so many classes, with its heading. */
export const confusionHeight = (classes: number, width: number): number =>
  sectionTop + sizes.slanted + classes * squareOf(classes, width);

/** Right answers in the colour of what was trained, errors in that of errors, small ones so that they are seen. */
function fillOf(share: number, right: boolean, palette: Palette): string {
  if (right) return mixed(palette.paper, palette.trained, 0.08 + 0.92 * share);
  return mixed(palette.paper, palette.wrong, Math.min(1, 1.3 * Math.sqrt(share)));
}

/** The letters that are read best there. */
const inkOn = (fill: string, {ink, paper}: Palette): string =>
  contrast(fill, ink) >= contrast(fill, paper) ? ink : paper;

/** A square for each pair of classes, with the percent of its row from half a percent on. */
function squares({classNames, counts}: Confusion, square: number, palette: Palette): string[] {
  const {length} = classNames;
  return classNames.flatMap((_, row) => {
    const total = classNames.reduce((sum, __, column) => sum + counts[row * length + column], 0);
    return classNames.map((__, column) => {
      const share = total > 0 ? counts[row * length + column] / total : 0;
      const right = row === column;
      const fill = fillOf(share, right, palette);
      const [x, y] = [column * square, row * square];
      const rect = `<rect x="${x}" y="${y}" width="${square - 1.5}" height="${square - 1.5}" rx="2" fill="${fill}"/>`;
      if (share < 0.005 || square < sizes.least) return rect;
      const size = Math.min(13, Math.round(square * 0.34));
      const number = text(x + square / 2 - 0.75, y + square / 2 + size * 0.33, String(Math.round(100 * share)), {
        ...{size, anchor: 'middle', weight: right ? 600 : 400, fill: inkOn(fill, palette)},
      });
      return rect + number;
    });
  });
}

/**
 * A confusion matrix under a heading: rows are what images show, columns what they were taken for. `confusionHeight`
 * says how high it is.
 */
export function confusionSection(confusion: Confusion, style: ConfusionStyle): string {
  const {title, width, palette = colors} = style;
  const {note = 'Rows: what images show. Columns: what they were taken for, in percent.'} = style;
  const square = squareOf(confusion.classNames.length, width);
  const label = {size: Math.min(12, Math.max(7, square * 0.6)), fill: palette.muted};
  const names = confusion.classNames.map(short);
  const columns = names.map(
    (name, i) =>
      `<g transform="translate(${i * square + square * 0.45},-8) rotate(-38)">${text(0, 0, name, label)}</g>`,
  );
  const rows = names.map((name, i) =>
    text(-8, i * square + square / 2 + 4, name, {...label, anchor: 'end', fill: palette.ink}),
  );
  return (
    heading(title, note, palette) +
    at(sizes.names, sectionTop + sizes.slanted, ...columns, ...rows, ...squares(confusion, square, palette))
  );
}
