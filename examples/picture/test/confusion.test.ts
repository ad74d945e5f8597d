import sharp from 'sharp';
import {describe, expect, test} from 'vitest';
import {
  colors,
  confusionHeight,
  confusionSection,
  contrast,
  darkColors,
  document,
  mixed,
  renderPng,
} from '../src/index.js';

const classNames = ['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'A name that is far too long'];
const width = 400;
const height = confusionHeight(classNames.length, width);

/** Colours of the pixels of a drawn matrix, and where each is. */
async function drawn(counts: readonly number[], palette = colors as typeof darkColors) {
  const section = confusionSection({classNames, counts}, {title: 'What was taken for what', width, palette});
  const png = await renderPng(document(width, height, section, palette));
  const {data, info} = await sharp(png).removeAlpha().raw().toBuffer({resolveWithObject: true});
  const hex = (x: number, y: number) => {
    const at = (y * info.width + x) * 3;
    return `#${data.subarray(at, at + 3).toString('hex')}`;
  };
  return {info, hex};
}

/** Only class 1 is known; class 0 is taken for it in a quarter of cases. */
const counts = [75, 25, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

describe('a confusion matrix', () => {
  test.each([
    ['light', colors],
    ['dark', darkColors],
  ])('has a square for each pair, by the share of its row, on %s paper', async (_, palette) => {
    const {info, hex} = await drawn(counts, palette);
    expect([info.width, info.height]).toEqual([2 * width, 2 * height]);
    const square = Math.floor((width - 88 - 30) / 5);
    // Near the corner of a square, where no number is.
    const at = (row: number, column: number) =>
      hex(2 * (88 + column * square + 5), 2 * (height - (5 - row) * square + 5));
    expect(at(1, 1)).toBe(palette.trained);
    expect(at(0, 0)).toBe(mixed(palette.paper, palette.trained, 0.08 + 0.92 * 0.75));
    expect(at(0, 1)).toBe(mixed(palette.paper, palette.wrong, 1.3 * Math.sqrt(0.25)));
    expect(at(0, 2)).toBe(palette.paper);
    expect(at(4, 0)).toBe(palette.paper);
  });

  test('writes the percent of the row, and short names', () => {
    const svg = confusionSection({classNames, counts}, {title: 'T', width});
    const numbers = [...svg.matchAll(/text-anchor="middle">(\d+)</g)].map(([, number]) => number);
    expect(numbers).toEqual(['75', '25', '100']);
    expect(svg).toContain('>A name that…<');
    expect(svg).not.toMatch(/NaN|undefined/);
  });
});

test('contrast is that of WCAG, and numbers can be read on every square', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 10);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2); // of the well-known grey that just fails
  for (const palette of [colors, darkColors]) {
    for (const accent of [palette.trained, palette.wrong]) {
      for (let share = 0; share <= 1; share += 0.05) {
        const fill = mixed(palette.paper, accent, share);
        expect(Math.max(contrast(fill, palette.ink), contrast(fill, palette.paper))).toBeGreaterThan(3.7);
      }
    }
  }
  expect(mixed('#000000', '#ff8000', 0.5)).toBe('#804000');
});
