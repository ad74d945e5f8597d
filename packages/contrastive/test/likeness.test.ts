import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {likeness, type Small} from '../src/commands/duplicates/likeness.js';

const golden = JSON.parse(readFileSync(new URL('golden/files.json', import.meta.url), 'utf8')) as {
  readonly likeness: readonly {
    readonly seeds: [number, number];
    readonly channels: number;
    readonly contrast: number;
    readonly value: number;
  }[];
};

/** Correlations are summed in float32. */
const TOLERANCE = 1e-4;

/** A picture of waves; scripts/golden/contrastive.py makes the same. */
function picture(seed: number, channels: number, contrast = 60): Small {
  const data = new Uint8Array(48 * 48 * channels);
  for (let y = 0, to = 0; y < 48; y++) {
    for (let x = 0; x < 48; x++) {
      for (let c = 0; c < channels; c++) {
        const wave = Math.sin(0.13 * (seed + 1) * x + 0.07 * y * (c + 1)) + Math.cos(0.05 * (seed + 2) * y);
        data[to++] = Math.floor(127.5 + contrast * wave);
      }
    }
  }
  return {data, channels};
}

test.each(golden.likeness)('pictures $seeds of contrast $contrast agree as numpy says', given => {
  const [one, other] = given.seeds.map(seed => picture(seed, given.channels, given.contrast));
  expect(Math.abs(likeness(one, other) - given.value)).toBeLessThan(TOLERANCE);
});

test('it is the same both ways', () => {
  const [one, other] = [picture(1, 3), picture(2, 3)];
  expect(likeness(one, other)).toBeCloseTo(likeness(other, one), 6);
});

test('pictures of one colour agree where the colour does', () => {
  const flat = (value: number): Small => ({data: new Uint8Array(48 * 48).fill(value), channels: 1});
  expect(likeness(flat(9), flat(9))).toBe(1);
  expect(likeness(flat(9), flat(200))).toBe(0);
  expect(likeness(flat(9), picture(1, 1))).toBe(0);
});

test('what re-encoding leaves of blank images does not make them differ', () => {
  const blank = (shift: number): Small => ({
    data: Uint8Array.from({length: 48 * 48}, (_, i) => 200 + (((i + shift) * 7919) % 5 === 0 ? 1 : 0)),
    channels: 1,
  });
  expect(likeness(blank(0), blank(3))).toBeGreaterThan(0.95);
  expect(likeness(blank(0), {...blank(0), data: blank(0).data.map(value => value - 9)})).toBeLessThan(0.2);
});
