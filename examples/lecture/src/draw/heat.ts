import {at, contrast, mixed, text, type Palette} from '@contrastive/example-picture';
import {inLanguage, type Language, type Panel} from '../experiment.js';
import {mean} from '../mean.js';

/** Points of a square, of the names left of them, and between them and others; of a line of text. */
const [SQUARE, NAMES, GAP, LINE] = [76, 76, 24, 15];

/** How high the squares are, with the names over them. */
export const heatHeight = ({names}: Extract<Panel, {kind: 'heat'}>): number => 24 + names.length * SQUARE;

/**
 * Pairs of parts as squares, coloured between the lowest and the highest mean, the high ones more finely; beside them
 * what is no pair.
 */
export function heat(
  {names, values, extra}: Extract<Panel, {kind: 'heat'}>,
  language: Language,
  palette: Palette,
): string {
  const cells = names.map((_, row) => names.map((__, column) => values(row, column)));
  const means = [...cells.flat(), ...extra.map(({values: own}) => own)].filter(({length}) => length > 0).map(mean);
  const [low, high] = [Math.min(...means), Math.max(...means)];
  const square = (own: readonly number[], x: number, y: number): string => {
    const size = SQUARE - 2;
    if (own.length === 0) return `<rect x="${x}" y="${y}" width="${size}" height="${size}" fill="${palette.grid}"/>`;
    const value = mean(own);
    const share = high > low ? (value - low) / (high - low) : 0.5;
    const fill = mixed(palette.paper, palette.trained, 0.08 + 0.92 * share ** 2);
    const ink = contrast(fill, palette.ink) >= contrast(fill, palette.paper) ? palette.ink : palette.paper;
    const spread = own.length > 1 ? `${Math.min(...own).toFixed(1)}–${Math.max(...own).toFixed(1)}` : '';
    return (
      `<rect x="${x}" y="${y}" width="${size}" height="${size}" rx="3" fill="${fill}"/>` +
      text(x + size / 2, y + size / 2 + 2, value.toFixed(1), {size: 17, weight: 600, fill: ink, anchor: 'middle'}) +
      text(x + size / 2, y + size / 2 + 20, spread, {size: 10.5, fill: ink, anchor: 'middle'})
    );
  };
  const name = (i: number): string => inLanguage(names[i], language);
  const beside = NAMES + names.length * SQUARE + GAP;
  return at(
    0,
    24,
    ...names.flatMap((_, i) => [
      text(NAMES + (i + 0.5) * SQUARE, -8, name(i), {fill: palette.muted, anchor: 'middle'}),
      text(NAMES - 10, (i + 0.5) * SQUARE + 4, name(i), {fill: palette.muted, anchor: 'end'}),
    ]),
    ...cells.flatMap((columns, row) =>
      columns.map((own, column) => square(own, NAMES + column * SQUARE, row * SQUARE)),
    ),
    ...extra.flatMap(({label, values: own}, i) => {
      const words = inLanguage(label, language).split(' '); // one below the other: there is not much room
      const top = (i + 0.5) * SQUARE + 4 - (LINE * (words.length - 1)) / 2;
      return [
        square(own, beside, i * SQUARE),
        ...words.map((word, j) => text(beside + SQUARE + 6, top + j * LINE, word, {fill: palette.muted})),
      ];
    }),
  );
}
