import {unpacked} from '@contrastive/testing';
import {beforeEach, expect, test} from 'vitest';
import {
  augmentation,
  colorJitter,
  gaussianBlur,
  grayscale,
  horizontalFlip,
  mocoV1Augment,
  mocoV2Augment,
  normalize,
  randomResizedCrop,
  solarize,
  type Operation,
} from '../src/index.js';
import {applied, appliedAll, type Floats} from './applied.js';
import {bytes, FLOAT_TOLERANCE, photo, pixels, strided, type PhotoCase, type PolicyCase} from './golden.js';

/** In 1/255. PIL rounds after every step, some of its functions downwards. */
const MEAN_APART = 1;
const MOST_APART = 2;
/**
 * In 1/255: what our own rounding to bytes may add to the distance of torchvision's floats from its bytes, where that
 * is greater: hue, blur, overshoot.
 */
const ROUNDING = 0.5;

const image: Floats = {...pixels, data: Float32Array.from(pixels.data, byte => byte / 255)};

/** Leaves no number behind in the kernels' memory, so that a loop that reads beyond what it wrote is seen. */
beforeEach(() => {
  applied(grayscale(), {data: new Float32Array(64 * 64 * 3).fill(NaN), height: 64, width: 64, channels: 3}, true);
});

function operationOf({operation, options}: PhotoCase): Operation {
  switch (operation) {
    case 'crop':
      return randomResizedCrop(options);
    case 'colorJitter':
      return colorJitter();
    case 'gaussianBlur':
      return gaussianBlur(options);
    case 'solarize':
      return solarize(options);
    case 'normalize':
      return normalize(options);
    case 'grayscale':
      return grayscale();
    case 'flip':
      return horizontalFlip();
  }
}

type Named = readonly [name: string, entry: PhotoCase];
const named = (cases: PhotoCase[]): Named[] =>
  cases.map(entry => [`${entry.operation} ${JSON.stringify(entry.params)} ${JSON.stringify(entry.options)}`, entry]);
const withFloats = photo.cases.filter(({floats}) => floats !== undefined);
const withPillow = photo.cases.filter(({pillow}) => pillow !== undefined);

function view(entry: PhotoCase): Uint8Array {
  const operation = operationOf(entry);
  return augmentation([operation]).view(pixels, {[operation.name]: entry.params}).data;
}

/** Mean and greatest difference of two images of bytes. */
function distance(actual: Uint8Array, expected: Uint8Array): [mean: number, greatest: number] {
  expect(actual).toHaveLength(expected.length);
  const differences = Array.from(actual, (value, i) => Math.abs(value - expected[i]));
  return [differences.reduce((sum, value) => sum + value) / differences.length, Math.max(...differences)];
}

test.each(named(withFloats))('on floats as torchvision: %s', (_name, entry) => {
  const result = applied(operationOf(entry), image, entry.params);
  expect(strided(result)).toBeAllclose(unpacked(entry.floats ?? ''), FLOAT_TOLERANCE);
});

const inRange = withFloats.filter(({operation}) => operation !== 'normalize'); // views come before normalisation

test.each(named(inRange))('from bytes to bytes as torchvision on floats: %s', (_name, entry) => {
  const expected = Array.from(unpacked(entry.floats ?? ''), value => 255 * value);
  expect(strided(view(entry))).toBeAllclose(expected, {atol: ROUNDING + 255 * FLOAT_TOLERANCE.atol, rtol: 0});
});

test.each(named(withPillow))('from bytes to bytes as PIL: %s', (_name, entry) => {
  const [mean, most] = distance(view(entry), bytes(entry.pillow ?? ''));
  expect(mean).toBeLessThanOrEqual(MEAN_APART);
  expect(most).toBeLessThanOrEqual(Math.max(MOST_APART, (entry.apart?.[1] ?? 0) + ROUNDING));
});

const policies = {
  mocoV1: mocoV1Augment,
  mocoV2: (options: {size: number; normalization: false}) => mocoV2Augment({...options, blur: true}),
};

test.each<PolicyCase>(photo.policies)(
  'whole policies as torchvision: $policy',
  ({policy, params, floats, pillow, apart}) => {
    const augment = policies[policy]({size: 24, normalization: false});
    expect(strided(appliedAll(augment, image, params))).toBeAllclose(unpacked(floats), FLOAT_TOLERANCE);
    const [mean, most] = distance(augment.view(pixels, params).data, bytes(pillow));
    expect(mean).toBeLessThanOrEqual(apart[0] + ROUNDING);
    expect(most).toBeLessThanOrEqual(apart[1] + ROUNDING);
  },
);

test('flips, inverts and leaves alone to the byte', () => {
  const viewOf = (operation: Operation, params: unknown) =>
    Array.from(augmentation([operation]).view(pixels, {[operation.name]: params}).data);
  const original = Array.from(pixels.data);
  const {width} = pixels;
  expect(viewOf(horizontalFlip(), true)).toEqual(
    original.map((_, i) => {
      const [channel, pixel] = [i % 3, Math.floor(i / 3)];
      return original[(Math.floor(pixel / width) * width + width - 1 - (pixel % width)) * 3 + channel];
    }),
  );
  expect(viewOf(solarize(), true)).toEqual(original.map(byte => (byte >= 128 ? 255 - byte : byte)));
  const neutral = {
    order: ['brightness', 'contrast', 'saturation', 'hue'],
    brightness: 1,
    contrast: 1,
    saturation: 1,
    hue: 0,
  };
  for (const [operation, params] of [
    [horizontalFlip(), false],
    [solarize(), false],
    [grayscale(), false],
    [gaussianBlur(), 0],
    [colorJitter(), neutral],
    [colorJitter({form: 'simclr-v1'}), {...neutral, brightness: 0}],
    [colorJitter({form: 'simclr-v2'}), neutral],
    [normalize({mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]}), null],
  ] as const)
    expect(viewOf(operation, params)).toEqual(original);
});

/** From floats rounded to bytes and from results rounded again, by 1/255 at most, which the changes magnify. */
const BYTE_TOLERANCE = {atol: 4 / 255, rtol: 0};

const colours = [
  [0.9, 0.3, 0.1],
  [0.2, 0.8, 0.4],
  [0.5, 0.5, 0.5],
  [0.1, 0.2, 0.7],
  [1, 0, 0.6],
  [0, 1, 1],
  [0.3, 0.9, 0.9],
  [0.7, 0.6, 0.2],
  [0, 0, 0],
];
const everyChange = {
  order: ['hue', 'brightness', 'saturation'],
  brightness: 1.2,
  contrast: 1,
  saturation: 1.4,
  hue: 0.1,
};
const perPixel: [name: string, operation: Operation, params: unknown][] = [
  ['jitter of torchvision', colorJitter(), everyChange],
  ['jitter of SimCLR v1', colorJitter({form: 'simclr-v1'}), {...everyChange, brightness: 0.2}],
  ['grey', grayscale(), true],
  ['solarisation', solarize(), true],
];

test.each(perPixel)('%s of some pixels is that of each, whatever their number', (_name, operation, params) => {
  const strip = (some: number[][]): Floats => ({data: some.flat(), height: 1, width: some.length, channels: 3});
  const alone = colours.map(colour => Array.from(applied(operation, strip([colour]), params)));
  for (let count = 1; count <= colours.length; count++) {
    expect(applied(operation, strip(colours.slice(0, count)), params)).toBeAllclose(alone.slice(0, count), {
      atol: 0,
      rtol: 0,
    });
    const data = Uint8Array.from(colours.slice(0, count).flat(), x => Math.round(255 * x));
    const bytewise = augmentation([operation]).view(
      {data, height: count, width: 1, channels: 3},
      {[operation.name]: params},
    );
    expect(Array.from(bytewise.data, x => x / 255)).toBeAllclose(alone.slice(0, count), BYTE_TOLERANCE);
  }
});
