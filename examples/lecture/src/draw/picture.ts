import {at, colors, darkColors, document, renderPng, text, type Palette} from '@contrastive/example-picture';
import sharp from 'sharp';
import {inLanguage, type Claim, type Language, type Panel} from '../experiment.js';
import type {AllFigures} from '../figures.js';
import {dots, dotsHeight, seriesOf} from './dots.js';
import {heat, heatHeight} from './heat.js';
import {lines} from './lines.js';
import {seriesColors} from './palette.js';

/** A file to write. */
interface File {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Points: a page, its margin, what is between panels, and how high a panel is over its legend. */
const [WIDTH, MARGIN, GUTTER, HEIGHT, TITLE, ROW] = [1_060, 32, 36, 300, 34, 18];

/** Whether there is anything to draw. */
const isThere = (panel: Panel): boolean => {
  if (panel.kind === 'lines') return panel.series.some(({spots}) => spots.some(({values}) => values.length > 0));
  if (panel.kind === 'dots') return panel.rows.some(({values}) => values.length > 0);
  const squares = panel.names.flatMap((_, row) => panel.names.map((__, column) => panel.values(row, column)));
  return [...squares, ...panel.extra.map(({values}) => values)].some(({length}) => length > 0);
};

/** The names of a panel's colours. */
function namesOf(panel: Panel, language: Language): readonly string[] {
  if (panel.kind === 'lines') return panel.series.map(({name}) => inLanguage(name, language));
  return panel.kind === 'dots' ? seriesOf(panel, language) : [];
}

/** The colours of series with their names, one below the other. */
function legend(names: readonly string[], palette: Palette): string {
  const fills = seriesColors(palette);
  return names
    .map(
      (name, i) =>
        `<circle cx="6" cy="${i * ROW - 4}" r="4.5" fill="${fills[i % fills.length]}"/>` +
        text(18, i * ROW, name, {size: 12, fill: palette.muted}),
    )
    .join('');
}

/** How high a panel has to be. */
function heightOf(panel: Panel, language: Language): number {
  if (panel.kind === 'heat') return heatHeight(panel);
  return panel.kind === 'dots' ? Math.max(HEIGHT, dotsHeight(panel, language)) : HEIGHT;
}

/** The panels of a claim side by side, as SVG. */
function svgOf(panels: readonly Panel[], language: Language, palette: Palette): string {
  const width = (WIDTH - 2 * MARGIN - (panels.length - 1) * GUTTER) / panels.length;
  const legends = panels.map(panel => namesOf(panel, language));
  const rows = Math.max(...legends.map(({length}) => length));
  const tallest = Math.max(...panels.map(panel => heightOf(panel, language)));
  const sections = panels.map((panel, i) => {
    const size = {width, height: tallest};
    const drawn =
      panel.kind === 'lines'
        ? lines(panel, size, language, palette)
        : panel.kind === 'dots'
          ? dots(panel, size, language, palette)
          : heat(panel, language, palette);
    return at(
      MARGIN + i * (width + GUTTER),
      MARGIN,
      text(0, 12, inLanguage(panel.title, language), {size: 15, weight: 600, fill: palette.ink}),
      at(0, TITLE, drawn),
      at(0, TITLE + tallest + 22, legend(legends[i], palette)),
    );
  });
  const height = 2 * MARGIN + TITLE + tallest + (rows > 0 ? 10 + rows * ROW : 0);
  return document(WIDTH, height, sections.join(''), palette);
}

/** What a picture's file is called. */
export const pictureName = (claim: string, language: Language, dark: boolean): string =>
  `${claim}-${language}${dark ? '-dark' : ''}.png`;

/** The pictures of a claim in both languages, light and dark; none where there is nothing to draw. */
export async function picturesOf(claim: Claim, figures: AllFigures): Promise<readonly File[]> {
  const panels = claim.panels(figures).filter(isThere);
  if (panels.length === 0) return [];
  const files: File[] = [];
  for (const language of ['en', 'ru'] as const) {
    for (const [dark, palette] of [[false, colors] as const, [true, darkColors] as const]) {
      const png = await renderPng(svgOf(panels, language, palette));
      // Few colours: a third of the bytes, and no difference to see.
      const bytes = await sharp(png).png({palette: true, colours: 128}).toBuffer();
      files.push({name: pictureName(claim.name, language, dark), bytes});
    }
  }
  return files;
}
