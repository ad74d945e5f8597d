import {unpacked} from '@contrastive/testing';
import {expect, test} from 'vitest';
import {
  colorJitter,
  gaussianBlur,
  grayscale,
  type ColorChange,
  type ColorJitterForm,
  type ColorJitterParams,
} from '../src/index.js';
import {applied, type Floats} from './applied.js';
import {FLOAT_TOLERANCE, pixels, strided, tensorflow} from './golden.js';

/** By hand, up to single precision. */
const HAND_TOLERANCE = {atol: 1e-6, rtol: 0};

const picture: Floats = {...pixels, data: Float32Array.from(pixels.data, byte => byte / 255)};

test.each(tensorflow.jitters)('as TensorFlow, $form: $params', ({form, params, floats}) => {
  expect(strided(applied(colorJitter({form}), picture, params))).toBeAllclose(unpacked(floats), FLOAT_TOLERANCE);
});

test('grey images and blur as TensorFlow', () => {
  expect(tensorflow.pixels).toBe(Buffer.from(pixels.data).toString('base64'));
  expect(strided(applied(grayscale(), picture, true))).toBeAllclose(unpacked(tensorflow.grayscale), FLOAT_TOLERANCE);
  for (const {kernelSize, params, floats} of tensorflow.blurs) {
    expect(strided(applied(gaussianBlur({kernelSize}), picture, params)), `${kernelSize} taps`).toBeAllclose(
      unpacked(floats),
      FLOAT_TOLERANCE,
    );
  }
});

type Rgb = [red: number, green: number, blue: number];

/** Four pixels: of medium saturation, grey, full saturation with value 0.6, full saturation with value 1. */
const four: Rgb[] = [
  [0.8, 0.4, 0.2],
  [0.2, 0.2, 0.2],
  [0, 0.6, 0.3],
  [1, 0, 0.5],
];

const neutral = {brightness: 1, contrast: 1, saturation: 1, hue: 0};
const jittered = (
  form: ColorJitterForm,
  params: Partial<ColorJitterParams> & {order: ColorChange[]},
  data: number[] = four.flat(),
) =>
  applied(
    colorJitter({form}),
    {data, height: 2, width: 2, channels: data.length === 4 ? 1 : 3},
    {...neutral, ...params},
  );

test('brightness by hand: v1 adds, v2 and torchvision multiply; clipped', () => {
  expect(jittered('simclr-v1', {order: ['brightness'], brightness: 0.3})).toBeAllclose(
    [
      [1, 0.7, 0.5],
      [0.5, 0.5, 0.5],
      [0.3, 0.9, 0.6],
      [1, 0.3, 0.8],
    ],
    HAND_TOLERANCE,
  ); // 0.8 + 0.3 and 1 + 0.3 end at 1
  expect(jittered('simclr-v1', {order: ['brightness'], brightness: -0.3})).toBeAllclose(
    [
      [0.5, 0.1, 0],
      [0, 0, 0],
      [0, 0.3, 0],
      [0.7, 0, 0.2],
    ],
    HAND_TOLERANCE,
  );
  for (const form of ['simclr-v2', 'torchvision'] as const) {
    expect(jittered(form, {order: ['brightness'], brightness: 1.5})).toBeAllclose(
      [
        [1, 0.6, 0.3],
        [0.3, 0.3, 0.3],
        [0, 0.9, 0.45],
        [1, 0, 0.75],
      ],
      HAND_TOLERANCE,
    ); // 0.8 · 1.5 and 1 · 1.5 end at 1
  }
});

test.each(['simclr-v1', 'simclr-v2'] as const)('contrast of %s by hand: about the mean of each channel', form => {
  // Means: red (0.8 + 0.2 + 0 + 1) / 4 = 0.5, green (0.4 + 0.2 + 0.6 + 0) / 4 = 0.3, blue (0.2 + 0.2 + 0.3 + 0.5) / 4 =
  // 0.3.
  // 0.5 + (0.8 − 0.5) / 2 = 0.65, 0.3 + (0.4 − 0.3) / 2 = 0.35, …
  expect(jittered(form, {order: ['contrast'], contrast: 0.5})).toBeAllclose(
    [
      [0.65, 0.35, 0.25],
      [0.35, 0.25, 0.25],
      [0.25, 0.45, 0.3],
      [0.75, 0.15, 0.4],
    ],
    HAND_TOLERANCE,
  );
  // 0.5 + 2 · (0.8 − 0.5) = 1.1, clipped; 0.3 + 2 · (0.4 − 0.3) = 0.5, …
  expect(jittered(form, {order: ['contrast'], contrast: 2})).toBeAllclose(
    [
      [1, 0.5, 0.1],
      [0, 0.1, 0.1],
      [0, 0.9, 0.3],
      [1, 0, 0.7],
    ],
    HAND_TOLERANCE,
  );
});

test('contrast of torchvision by hand: about the mean of the grey image', () => {
  // Grey 0.2989 · 0.8 + 0.587 · 0.4 + 0.114 · 0.2 = 0.49672, 0.19998, 0.3864, 0.3559; mean 1.439 / 4 = 0.35975, of
  // which half is 0.179875.
  expect(jittered('torchvision', {order: ['contrast'], contrast: 0.5})).toBeAllclose(
    four.flat().map(x => x / 2 + 0.179875),
    HAND_TOLERANCE,
  );
});

test.each(['simclr-v1', 'simclr-v2'] as const)(
  'saturation of %s by hand: of HSV, where the greatest channel stays',
  form => {
    // Half the saturation halves each channel's distance from the greatest: 0.8 − (0.8 − 0.4) / 2 = 0.6, 0.8 − (0.8 −
    // 0.2) / 2 = 0.5, …
    expect(jittered(form, {order: ['saturation'], saturation: 0.5})).toBeAllclose(
      [
        [0.8, 0.6, 0.5],
        [0.2, 0.2, 0.2],
        [0.3, 0.6, 0.45],
        [1, 0.5, 0.75],
      ],
      HAND_TOLERANCE,
    );
    // Saturation (0.8 − 0.2) / 0.8 = 0.75 ends at 1, so distances grow by 4/3: 0.8 − 0.4 · 4/3 = 4/15. The last two
    // have 1 already; grey has none to grow.
    expect(jittered(form, {order: ['saturation'], saturation: 2})).toBeAllclose(
      [
        [0.8, 4 / 15, 0],
        [0.2, 0.2, 0.2],
        [0, 0.6, 0.3],
        [1, 0, 0.5],
      ],
      HAND_TOLERANCE,
    );
    expect(jittered(form, {order: ['saturation'], saturation: 0})).toBeAllclose(
      four.map(rgb => Array<number>(3).fill(Math.max(...rgb))),
      HAND_TOLERANCE,
    );
  },
);

test('saturation of torchvision by hand: towards the grey image', () => {
  const greys = [0.49672, 0.19998, 0.3864, 0.3559]; // as above
  const expected = four.map((rgb, i) => rgb.map(x => (x + greys[i]) / 2));
  expect(jittered('torchvision', {order: ['saturation'], saturation: 0.5})).toBeAllclose(expected, HAND_TOLERANCE);
});

test.each(['torchvision', 'simclr-v1', 'simclr-v2'] as const)('hue of %s by hand', form => {
  // A third of a turn takes red to green, green to blue and blue to red.
  expect(jittered(form, {order: ['hue'], hue: 1 / 3})).toBeAllclose(
    four.map(([red, green, blue]) => [blue, red, green]),
    HAND_TOLERANCE,
  );
  // Half a turn takes each channel to the greatest plus the least minus itself.
  const opposite = four.map(rgb => rgb.map(x => Math.max(...rgb) + Math.min(...rgb) - x));
  expect(jittered(form, {order: ['hue'], hue: 0.5})).toBeAllclose(opposite, HAND_TOLERANCE);
  expect(jittered(form, {order: ['hue'], hue: -0.5})).toBeAllclose(opposite, HAND_TOLERANCE);
});

test('clips after each change, in the order given', () => {
  const params = {brightness: 0.3, contrast: 0.5};
  // Brighter first, as above; then the means are 0.7, 0.6 and 0.6.
  expect(jittered('simclr-v1', {...params, order: ['brightness', 'contrast']})).toBeAllclose(
    [
      [0.85, 0.65, 0.55],
      [0.6, 0.55, 0.55],
      [0.5, 0.75, 0.6],
      [0.85, 0.45, 0.7],
    ],
    HAND_TOLERANCE,
  );
  // Less contrast first, as above; then 0.3 more, and 0.75 + 0.3 ends at 1.
  expect(jittered('simclr-v1', {...params, order: ['contrast', 'brightness']})).toBeAllclose(
    [
      [0.95, 0.65, 0.55],
      [0.65, 0.55, 0.55],
      [0.55, 0.75, 0.6],
      [1, 0.45, 0.7],
    ],
    HAND_TOLERANCE,
  );
});

test.each(['simclr-v1', 'simclr-v2', 'torchvision'] as const)(
  'grey images of %s keep saturation and hue; contrast is about their mean',
  form => {
    const grey = [0.1, 0.3, 0.5, 0.9]; // mean 0.45
    expect(jittered(form, {order: ['contrast'], contrast: 0.5}, grey)).toBeAllclose(
      [0.275, 0.375, 0.475, 0.675],
      HAND_TOLERANCE,
    );
    expect(jittered(form, {order: ['saturation', 'hue'], saturation: 0.2, hue: 0.3}, grey)).toBeAllclose(
      Float32Array.from(grey),
      {atol: 0, rtol: 0},
    );
  },
);
