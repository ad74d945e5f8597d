import {expect, test} from 'vitest';
import {
  centerCrop,
  colorJitter,
  evalAugment,
  fromRecipe,
  gaussianBlur,
  grayscale,
  horizontalFlip,
  mocoV1Augment,
  mocoV2Augment,
  normalize,
  randomResizedCrop,
  simclrAugment,
  solarize,
} from '../src/index.js';

type Factory = (options: never) => unknown;

test.each<[Factory, unknown, string]>([
  [colorJitter, {brightness: '0.4'}, "colorJitter: expected a number from 0 on as brightness, got '0.4'."],
  [colorJitter, {form: true}, "colorJitter: expected 'torchvision', 'simclr-v1' or 'simclr-v2' as form, got true."],
  [grayscale, {probability: null}, 'grayscale: expected a number from 0 to 1 as probability, got null.'],
  [horizontalFlip, [0.5], 'horizontalFlip: expected an object of options, got [0.5].'],
  [gaussianBlur, {sigma: 2}, 'gaussianBlur: expected [low, high] with 0 < low <= high as sigma, got 2.'],
  [centerCrop, {}, 'centerCrop: expected an integer from 1 on as size, got undefined.'],
  [randomResizedCrop, undefined, 'randomResizedCrop: expected an object of options, got undefined; give {size}.'],
  [simclrAugment, {size: '224'}, "simclrAugment: expected an integer from 1 on as size, got '224'."],
  [simclrAugment, {size: 8, blur: 1}, 'simclrAugment: expected true or false as blur, got 1.'],
  [
    simclrAugment,
    {size: 8, area: 0.2},
    'simclrAugment: expected [low, high] with 0 < low <= high <= 1 as area, got 0.2.',
  ],
  [
    mocoV1Augment,
    {size: 8, normalization: true},
    'mocoV1Augment: expected {mean, std} of 1 (grey) or 3 (RGB) numbers each with std above 0, or false as ' +
      'normalization, got true.',
  ],
  [mocoV2Augment, {size: '8'}, "mocoV2Augment: expected an integer from 1 on as size, got '8'."],
  [evalAugment, {size: null}, 'evalAugment: expected an integer from 1 on as size, got null.'],
  [
    normalize,
    {mean: [0], sdt: [1]},
    'normalize: expected {mean, std} of 1 (grey) or 3 (RGB) numbers each with std above 0 as normalization, got ' +
      '{"mean":[0],"sdt":[1]}.',
  ],
  [
    fromRecipe,
    {kind: 'solarize'},
    'fromRecipe: expected a list of {kind, options} as recipe, got {"kind":"solarize"}.',
  ],
  [
    fromRecipe,
    [{kind: 'solarize', options: {threshold: '1'}}],
    "solarize: expected a number from 0 to 1 as threshold, got '1'.",
  ],
])('%o refuses another kind: %j', (factory, options, message) => {
  const attempt = () => factory(options as never);
  expect(attempt).toThrow(TypeError);
  expect(attempt).toThrow(message);
});

test.each<[Factory, object, string]>([
  [colorJitter, {brigthness: 0.4}, 'got brigthness; did you mean brightness?'],
  [grayscale, {p: 0.4}, 'grayscale: expected options among probability, got p; did you mean probability?'],
  [horizontalFlip, {probabilty: 0.4}, 'horizontalFlip: expected options among probability, got probabilty;'],
  [gaussianBlur, {sigmas: [1, 2]}, 'did you mean sigma?'],
  [solarize, {treshold: 0.4}, 'did you mean threshold?'],
  [centerCrop, {size: 8, shares: 1}, 'did you mean share?'],
  [randomResizedCrop, {size: 8, scale: [0.2, 1]}, 'randomResizedCrop: expected options among size, area, aspect,'],
  [simclrAugment, {size: 8, strenght: 1}, 'simclrAugment: expected options among size, area, aspect, interpolation,'],
  [simclrAugment, {size: 8, flip: 1}, 'distribution, strength, blur, form, normalization, got flip;'],
  [mocoV1Augment, {size: 8, blur: false}, 'mocoV1Augment: expected options among size,'],
  [mocoV2Augment, {size: 8, normalisation: false}, 'got normalisation; did you mean normalization?'],
  [
    evalAugment,
    {size: 8, share: 1},
    'evalAugment: expected options among size, crop, interpolation, normalization, got',
  ],
])('%o refuses a key that it does not know: %j', (factory, options, message) => {
  const attempt = () => factory(options as never);
  expect(attempt).toThrow(TypeError);
  expect(attempt).toThrow(message);
});

test.each<[Factory, object, string]>([
  [colorJitter, {hue: 0.6}, 'colorJitter: expected a number from 0 to 0.5 as hue, got 0.6.'],
  [simclrAugment, {size: 8, strength: 3}, 'simclrAugment: expected a number from 0 to 2.5 as strength, got 3.'],
  [gaussianBlur, {kernelSize: 4}, 'gaussianBlur: expected an odd integer from 1 on as kernelSize, got 4.'],
  [gaussianBlur, {sigma: [2, 1]}, 'expected [low, high] with 0 < low <= high as sigma, got [2, 1].'],
  [mocoV2Augment, {size: 8, area: [0, 1]}, 'mocoV2Augment: expected [low, high] with 0 < low <= high <= 1 as area,'],
  [normalize, {mean: [0, 0], std: [1, 1]}, 'as normalization, got {"mean":[0,0],"std":[1,1]}.'],
  [normalize, {mean: [0, 0, 0], std: [1]}, 'as normalization, got {"mean":[0,0,0],"std":[1]}.'],
])('%o refuses a value out of range: %j', (factory, options, message) => {
  const attempt = () => factory(options as never);
  expect(attempt).toThrow(RangeError);
  expect(attempt).toThrow(message);
});

test('what is undefined counts as left out', () => {
  expect(simclrAugment({size: 8, area: undefined, blur: undefined}).operations).toHaveLength(3);
  expect(evalAugment({size: undefined, crop: undefined}).operations).toHaveLength(0);
});
