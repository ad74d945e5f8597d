import {page, renderPng} from '@contrastive/example-picture';
import sharp from 'sharp';
import {beforeAll, describe, expect, test} from 'vitest';
import {firstOfEachClass} from '../src/report/images.js';
import {renderReport, reportSvg} from '../src/report/report.js';
import {spread} from '../src/report/scores.js';
import {neighbourhoodsFixture, reportFixture} from './report-fixture.js';

/** Grey values of a PNG, row after row. */
async function greyOf(png: Buffer): Promise<{data: Buffer; width: number; height: number}> {
  const {data, info} = await sharp(png).greyscale().raw().toBuffer({resolveWithObject: true});
  return {data, width: info.width, height: info.height};
}

/** Columns between the first and the last dark pixel. */
async function inkWidth(content: string): Promise<number> {
  const text = `<text x="10" y="28" font-family="Inter" font-size="20">${content}</text>`;
  const png = await renderPng(`<svg xmlns="http://www.w3.org/2000/svg" width="300" height="40">${text}</svg>`);
  const {data, width} = await greyOf(png);
  const columns = [...data].flatMap((value, i) => (value < 100 ? [i % width] : []));
  return columns.length === 0 ? 0 : Math.max(...columns) - Math.min(...columns);
}

describe('text', () => {
  test('is drawn with the packaged font, its letters as wide as they are there', async () => {
    // Twenty points of Inter at twice the scale: an i is about 10 pixels wide, a W about 40. Boxes for missing glyphs
    // are all equally wide.
    const [narrow, wide] = [await inkWidth('iiiii'), await inkWidth('WWWWW')];
    expect(narrow).toBeGreaterThan(30);
    expect(narrow).toBeLessThan(60);
    expect(wide).toBeGreaterThan(170);
    expect(wide).toBeLessThan(240);
  });
});

describe('report', () => {
  let png: Buffer;
  let grey: Awaited<ReturnType<typeof greyOf>>;
  beforeAll(async () => {
    png = await renderReport(reportFixture());
    grey = await greyOf(png);
  });

  test('is a PNG of the page at twice its size', () => {
    expect([...png.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    expect(grey.width).toBe(page.width * page.scale);
    expect(grey.height).toBeGreaterThan(1000 * page.scale);
  });

  test('has something in each of its sections, and margins with nothing', () => {
    const {data, width, height} = grey;
    const deviation = (left: number, top: number, right: number, bottom: number) => {
      const values: number[] = [];
      for (let y = Math.round(top * height); y < bottom * height; y++) {
        for (let x = Math.round(left * width); x < right * width; x++) values.push(data[y * width + x]);
      }
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    };
    expect(deviation(0.05, 0.03, 0.6, 0.08), 'title').toBeGreaterThan(15);
    expect(deviation(0.05, 0.12, 0.52, 0.25), 'pairs').toBeGreaterThan(40);
    expect(deviation(0.57, 0.12, 0.95, 0.25), 'training').toBeGreaterThan(10);
    expect(deviation(0.05, 0.33, 0.52, 0.6), 'neighbours').toBeGreaterThan(40);
    expect(deviation(0.57, 0.33, 0.95, 0.47), 'chart').toBeGreaterThan(10);
    expect(deviation(0.57, 0.52, 0.95, 0.62), 'table').toBeGreaterThan(10);
    expect(deviation(0.12, 0.78, 0.45, 0.92), 'confusion of the trained').toBeGreaterThan(10);
    expect(deviation(0.64, 0.78, 0.9, 0.92), 'confusion of the supervised').toBeGreaterThan(10);
    expect(deviation(0, 0, 0.04, 1), 'left margin').toBe(0);
    expect(deviation(0.96, 0, 1, 1), 'right margin').toBe(0);
  });

  test('marks right and wrong neighbours apart', async () => {
    const one = (label: string) => reportSvg({...reportFixture(), neighbourhoods: neighbourhoodsFixture(label)});
    const crosses = (svg: string) => svg.split('<circle').length;
    expect(crosses(await one('Bag')) - crosses(await one('Coat'))).toBe(1);
  });

  test('is well-formed whatever the names of classes are', async () => {
    const svg = await reportSvg({...reportFixture(), title: 'Shirts & <bags> "new"'});
    expect(svg).toContain('Shirts &amp; &lt;bags&gt; &quot;new&quot;');
  });

  test('of a single step, and of two numbers of labels', async () => {
    const fixture = reportFixture();
    const few = {raw: {'100': 50, '1000': 60}, untrained: {'100': 50, '1000': 60}, trained: {'100': 50, '1000': 60}};
    const svg = await reportSvg({
      ...fixture,
      training: {...fixture.training, curve: fixture.training.curve.slice(0, 1)},
      figures: {probe: few, knn: few, supervised: few.raw, testImages: 100},
    });
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });
});

test('labels of lines that end together are moved apart evenly', () => {
  expect(spread([10, 10], 4)).toEqual([8, 12]);
  expect(spread([0, 100], 4)).toEqual([0, 100]);
  const [first, second, third] = spread([12, 10, 11], 3);
  expect([first, second, third]).toEqual([expect.closeTo(14, 1), expect.closeTo(8, 1), expect.closeTo(11, 1)]);
});

test('the first image of each class', () => {
  expect(firstOfEachClass(Int32Array.of(3, 3, 1, 3, 0, 1), 5)).toEqual([0, 2, 4]);
  expect(firstOfEachClass(Int32Array.of(3, 3, 1, 3, 0, 1), 2)).toEqual([0, 2]);
});
