import {expect, test} from 'vitest';
import {createRandom, horizontalFlip, randomResizedCrop} from '../src/index.js';
import {applied, type Floats} from './applied.js';
import {FLOAT_TOLERANCE, HEIGHT, values, WIDTH} from './golden.js';

const DRAWS = 20_000;

const color: Floats = {data: values.color, height: HEIGHT, width: WIDTH, channels: 3};
const grey: Floats = {data: values.grey, height: HEIGHT, width: WIDTH, channels: 1};

test.each(values.crops)(
  'resizes as torchvision and Pillow do: $interpolation, $crop to $size',
  ({interpolation, crop, size, ...expected}) => {
    const operation = randomResizedCrop({size, interpolation});
    expect(applied(operation, color, {...crop, flipped: false})).toBeAllclose(expected.color, FLOAT_TOLERANCE);
    expect(applied(operation, color, {...crop, flipped: true})).toBeAllclose(expected.flipped, FLOAT_TOLERANCE);
    const one = applied(operation, grey, {...crop, flipped: false});
    expect(one).toHaveLength(size * size);
    expect(one).toBeAllclose(expected.grey, FLOAT_TOLERANCE);
    expect(one).toBeAllclose(expected.pillow, FLOAT_TOLERANCE);
  },
);

test.each(values.centralCrops)(
  'takes torchvision’s central crop of $size where no draw fits the aspect ratios $aspect',
  ({size: [h, w], aspect, box}) => {
    const {top, left, height, width} = randomResizedCrop({size: 8, area: [1, 1], aspect}).sample(h, w, createRandom(1));
    expect([top, left, height, width]).toEqual(box);
  },
);

test('no crop leaves its image or is empty, however elongated that is', () => {
  for (const [h, w] of [
    [2, 30],
    [1, 1000],
    [1000, 1],
    [1, 1],
    [3, 400],
  ]) {
    for (const aspect of [[1 / 8, 1 / 8] as const, [8, 8] as const, [3 / 4, 4 / 3] as const]) {
      for (let seed = 0; seed < 50; seed++) {
        const crop = randomResizedCrop({size: 8, area: [0.5, 1], aspect}).sample(h, w, createRandom(seed));
        expect(Math.min(crop.height, crop.width)).toBeGreaterThanOrEqual(1);
        expect(Math.min(crop.top, crop.left)).toBeGreaterThanOrEqual(0);
        expect(crop.top + crop.height).toBeLessThanOrEqual(h);
        expect(crop.left + crop.width).toBeLessThanOrEqual(w);
      }
    }
  }
});

test('flips the asked part of the crops', () => {
  const flippedOf = (flip: number) => {
    const operation = randomResizedCrop({size: 8, flip});
    return Array.from({length: DRAWS}, (_, i) => operation.sample(28, 28, createRandom(2, i)).flipped).filter(Boolean)
      .length;
  };
  expect(flippedOf(0)).toBe(0);
  expect(flippedOf(1)).toBe(DRAWS);
  expect(Math.abs(flippedOf(0.5) - DRAWS / 2)).toBeLessThan(3.3 * Math.sqrt(DRAWS / 4));
});

test('flips as the operation horizontalFlip does', () => {
  const random = createRandom(1);
  const image: Floats = {data: Array.from({length: 243}, () => random.uniform()), height: 9, width: 9, channels: 3};
  for (const flipped of [true, false]) {
    const cropped = applied(randomResizedCrop({size: 9}), image, {top: 0, left: 0, height: 9, width: 9, flipped});
    expect(cropped).toBeAllclose(applied(horizontalFlip(), image, flipped));
  }
});

test('tells what is wrong', () => {
  expect(() => randomResizedCrop({size: 0})).toThrow(/randomResizedCrop: expected an integer from 1 on as size, got 0/);
  expect(() => randomResizedCrop({size: 8, area: [0, 1]})).toThrow(/0 < low <= high <= 1 as area, got \[0, 1\]/);
  expect(() => randomResizedCrop({size: 8, area: [0.5, 1.5]})).toThrow(RangeError);
  expect(() => randomResizedCrop({size: 8, aspect: [2, 1]})).toThrow(RangeError);
  expect(() => randomResizedCrop({size: 8, flip: 2})).toThrow(RangeError);
  expect(() => randomResizedCrop({size: 8, interpolation: 'lanczos' as 'bicubic'})).toThrow(
    /'bilinear' or 'bicubic' as interpolation, got 'lanczos'/,
  );
  const box = {top: 5, left: 0, height: 10, width: 10, flipped: false};
  expect(() => applied(randomResizedCrop({size: 8}), color, box)).toThrow(
    /expected a box within 12 x 10 pixels as params, got/,
  );
});
