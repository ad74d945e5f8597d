import {expect, test} from 'vitest';
import {colorJitter, createRandom, gaussianBlur, grayscale, horizontalFlip} from '../src/index.js';
import {applied, type Floats} from './applied.js';
import {FLOAT_TOLERANCE, HEIGHT, values, WIDTH} from './golden.js';

const DRAWS = 20_000;
/** How far a binomial count may lie from its mean, in standard deviations; passed by chance once in 1,000. */
const DEVIATIONS = 3.3;

const strengths = {brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1};
const color: Floats = {data: values.color, height: HEIGHT, width: WIDTH, channels: 3};
const grey: Floats = {data: values.grey, height: HEIGHT, width: WIDTH, channels: 1};
const sampled = <P>(operation: {sample: (h: number, w: number, random: ReturnType<typeof createRandom>) => P}) =>
  Array.from({length: DRAWS}, (_, i) => operation.sample(8, 8, createRandom(4, i)));

function expectShare(chosen: number, share: number): void {
  expect(Math.abs(chosen - share * DRAWS)).toBeLessThan(DEVIATIONS * Math.sqrt(DRAWS * share * (1 - share)));
}

test.each(values.jitters)(
  'changes colours as torchvision does: $order',
  ({color: expectedColor, grey: expectedGrey, ...params}) => {
    const jitter = colorJitter(strengths);
    expect(applied(jitter, color, params)).toBeAllclose(expectedColor, FLOAT_TOLERANCE);
    expect(applied(jitter, grey, params)).toBeAllclose(expectedGrey, FLOAT_TOLERANCE);
  },
);

test('draws changes from their ranges, in every order, for the asked part of the images', () => {
  const params = sampled(colorJitter({brightness: 1.5, contrast: 0.4, saturation: 0, hue: 0.1, probability: 0.8}));
  const applied = params.filter(({order}) => order.length > 0);
  expectShare(applied.length, 0.8);
  expect(new Set(applied.map(({order}) => order.join(' '))).size).toBe(6);
  expect(applied.every(({order}) => order.length === 3 && !order.includes('saturation'))).toBe(true);
  const range = (name: 'brightness' | 'contrast' | 'hue') => {
    const drawn = params.map(entry => entry[name]);
    return [Math.min(...drawn), Math.max(...drawn)];
  };
  expect(range('brightness')).toBeAllclose([0, 2.5], {atol: 0.01});
  expect(range('contrast')).toBeAllclose([0.6, 1.4], {atol: 0.01});
  expect(range('hue')).toBeAllclose([-0.1, 0.1], {atol: 0.01});
});

test('without changes images stay exactly as they are', () => {
  const jitter = colorJitter();
  const same = Float32Array.from(values.color);
  expect(applied(jitter, color, jitter.sample(8, 8, createRandom(1)))).toBeAllclose(same, {atol: 0, rtol: 0});
});

test('grey images as torchvision', () => {
  const operation = grayscale();
  expect(applied(operation, color, true)).toBeAllclose(values.grayscale, FLOAT_TOLERANCE);
  expect(applied(operation, color, false)).toBeAllclose(values.color, FLOAT_TOLERANCE);
  expect(applied(operation, grey, true)).toBeAllclose(values.grey, FLOAT_TOLERANCE);
  expectShare(sampled(grayscale({probability: 0.2})).filter(Boolean).length, 0.2);
});

test('flips columns', () => {
  const image: Floats = {data: [1, 2, 3, 4, 5, 6], height: 2, width: 3, channels: 1};
  expect(applied(horizontalFlip(), image, false)).toBeAllclose([1, 2, 3, 4, 5, 6], {atol: 0});
  expect(applied(horizontalFlip(), image, true)).toBeAllclose([3, 2, 1, 6, 5, 4], {atol: 0});
  expectShare(sampled(horizontalFlip({probability: 0.5})).filter(Boolean).length, 0.5);
});

test('blurs as torchvision does on images with zeros around them', () => {
  const {image, cases} = values.blur;
  const tall: Floats = {data: image, height: 40, width: 4, channels: 3};
  for (const {sigma, blurred} of cases)
    expect(applied(gaussianBlur(), tall, sigma), `sigma ${sigma}`).toBeAllclose(blurred, FLOAT_TOLERANCE);
  expect(applied(gaussianBlur(), tall, 0)).toBeAllclose(image, FLOAT_TOLERANCE);
});

test.each([
  [32, 3, 0.45186276],
  [96, 9],
  [224, 23, 0.39894228],
])('blur at %i pixels has %i taps', (size, taps, centre?: number) => {
  const middle = size / 2;
  const data = new Float32Array(size * size);
  data[middle * size + middle] = 1;
  const row = (sigma: number) =>
    Array.from(applied(gaussianBlur(), {data, height: size, width: size, channels: 1}, sigma)).slice(
      middle * size,
      (middle + 1) * size,
    );
  expect(row(4).filter(value => value > 0)).toHaveLength(taps);
  if (centre !== undefined) expect(Math.sqrt(row(1)[middle])).toBeCloseTo(centre, 6);
});

test('tells what is wrong', () => {
  expect(() => colorJitter({brightness: -1})).toThrow(/colorJitter: expected a number from 0 on as brightness/);
  expect(() => colorJitter({hue: 0.6})).toThrow(/colorJitter: expected a number from 0 to 0.5 as hue, got 0.6/);
  expect(() => colorJitter({probability: NaN})).toThrow(/got NaN/);
  expect(() => grayscale({probability: 2})).toThrow(RangeError);
  expect(() => horizontalFlip({probability: -0.1})).toThrow(RangeError);
  expect(() => gaussianBlur({sigma: [0, 1]})).toThrow(RangeError);
});
