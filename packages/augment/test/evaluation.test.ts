import {expect, test} from 'vitest';
import {
  augmentation,
  cifar10Normalization,
  createRandom,
  evalAugment,
  horizontalFlip,
  imageNetNormalization,
  mocoV1Augment,
  mocoV2Augment,
  normalize,
  prepare,
  preparationFor,
  randomResizedCrop,
  simclrAugment,
  viewSize,
  type Augment,
  type Operation,
  type Pixels,
  type Preparation,
} from '../src/index.js';

const [HEIGHT, WIDTH] = [60, 50];
const photo: Pixels = {
  data: Uint8Array.from({length: HEIGHT * WIDTH * 3}, (_, i) => (i * 37) % 256),
  height: HEIGHT,
  width: WIDTH,
  channels: 3,
};
const viewOf = (augment: Augment, image = photo) =>
  augment.view(image, augment.sample(image.height, image.width, createRandom(1)));
const halves: Operation<null> = {
  name: 'halves',
  sample: () => null,
  apply: ({data, height, width, channels}) => ({
    data: data.slice(0, (data.length / height) * Math.floor(height / 2)),
    height: Math.floor(height / 2),
    width,
    channels,
  }),
  outputSize: (height, width) => [Math.floor(height / 2), width],
};

test('evaluation draws nothing: the central 0.875, and all of a small image', () => {
  const crop = (augment: Augment) => augment.sample(HEIGHT, WIDTH, createRandom(1)).crop;
  expect(crop(evalAugment({size: 40}))).toEqual({top: 8, left: 3, height: 44, width: 44, flipped: false});
  expect(crop(evalAugment({size: 40, crop: 1}))).toEqual({top: 5, left: 0, height: 50, width: 50, flipped: false});
  const small: Pixels = {data: photo.data.subarray(0, 32 * 32 * 3), height: 32, width: 32, channels: 3};
  expect(viewOf(evalAugment({size: 32}), small).data).toEqual(small.data);
});

test('without a size the images stay as they are, to the byte', () => {
  for (const augment of [evalAugment(), evalAugment({normalization: imageNetNormalization})]) {
    expect(viewOf(augment)).toEqual({data: photo.data, height: HEIGHT, width: WIDTH, channels: 3});
    expect(augment.outputSize(HEIGHT, WIDTH)).toEqual([HEIGHT, WIDTH]);
    expect(augment.reduction({normalize: null})).toBe(1);
  }
  expect(evalAugment().operations).toEqual([]);
  expect(evalAugment({normalization: imageNetNormalization}).normalization).toEqual(imageNetNormalization);
});

test('the size of views, where they have one whatever the image', () => {
  expect(viewSize(simclrAugment({size: 96}))).toEqual([96, 96]);
  expect(viewSize(augmentation([randomResizedCrop({size: 96}), halves]))).toEqual([48, 96]);
  expect(viewSize(augmentation([horizontalFlip()]))).toBeUndefined();
  const square = {
    ...horizontalFlip(),
    outputSize: (...sides: [number, number]) => [Math.min(...sides), Math.min(...sides)],
  };
  expect(viewSize(augmentation([square as never]))).toBeUndefined();
  expect(viewSize(evalAugment())).toBeUndefined();
});

test.each<[string, Augment, 1 | 3, Preparation]>([
  ['SimCLR', simclrAugment({size: 96}), 3, {channels: 3, size: 96, crop: 0.875, interpolation: 'bicubic'}],
  ['grey and small', simclrAugment({size: 28}), 1, {channels: 1, size: 28, crop: 1, interpolation: 'bicubic'}],
  [
    'SimCLR, normalised',
    simclrAugment({size: 32, normalization: imageNetNormalization}),
    3,
    {channels: 3, size: 32, crop: 1, interpolation: 'bicubic', normalization: imageNetNormalization},
  ],
  [
    'MoCo v2',
    mocoV2Augment({size: 32, normalization: cifar10Normalization}),
    3,
    {channels: 3, size: 32, crop: 1, interpolation: 'bicubic', normalization: cifar10Normalization},
  ],
  [
    'MoCo v1',
    mocoV1Augment({size: 224}),
    3,
    {channels: 3, size: 224, crop: 0.875, interpolation: 'bicubic', normalization: imageNetNormalization},
  ],
  ['views as large as the image', augmentation([horizontalFlip()]), 1, {channels: 1}],
  ['views that are no square', augmentation([randomResizedCrop({size: 96}), halves]), 3, {channels: 3}],
  [
    'normalised only',
    evalAugment({normalization: {mean: [0.5], std: [0.2]}}),
    1,
    {channels: 1, normalization: {mean: [0.5], std: [0.2]}},
  ],
])('a policy says how its encoder prepares images: %s', (_name, augment, channels, expected) => {
  const preparation = preparationFor(augment, channels);
  expect(preparation).toStrictEqual(expected);
  expect(JSON.parse(JSON.stringify(preparation))).toStrictEqual(expected);
});

test('a preparation is prepared as evalAugment does', () => {
  const preparation = preparationFor(mocoV2Augment({size: 40}), 3);
  const [made, expected] = [prepare(preparation), evalAugment({size: 40, normalization: imageNetNormalization})];
  expect(viewOf(made)).toEqual(viewOf(expected));
  expect(made.normalization).toEqual(imageNetNormalization);
  expect(viewOf(prepare({channels: 3})).data).toEqual(photo.data);
  expect(viewOf(prepare({...preparation, crop: 0.5})).data).toEqual(viewOf(evalAugment({size: 40, crop: 0.5})).data);
});

test.each<[string, unknown, ErrorConstructor, string]>([
  ['no record', null, TypeError, 'prepare: expected an object of options, got null.'],
  ['no channels', {size: 32}, TypeError, 'prepare: expected 1 (grey) or 3 (RGB) as channels, got undefined.'],
  ['other channels', {channels: 4}, RangeError, 'prepare: expected 1 (grey) or 3 (RGB) as channels, got 4.'],
  [
    'a misspelt key',
    {channels: 3, sizes: 32},
    TypeError,
    'prepare: expected options among channels, size, crop, interpolation, normalization, got sizes; did you mean',
  ],
  ['text', {channels: 3, size: '32'}, TypeError, "prepare: expected an integer from 1 on as size, got '32'."],
  [
    'an unknown interpolation',
    {channels: 3, size: 32, interpolation: 'lanczos'},
    RangeError,
    "prepare: expected 'bilinear' or 'bicubic' as interpolation, got 'lanczos'.",
  ],
  [
    'a crop without a size',
    {channels: 3, crop: 1},
    TypeError,
    'prepare: expected a size beside crop and interpolation, got none; give one, or leave them out as well.',
  ],
  [
    'a normalisation of other channels',
    {channels: 1, normalization: imageNetNormalization},
    RangeError,
    'prepare: expected a mean for each of 1 channels as normalization, got [0.485, 0.456, 0.406]; give the mean and ' +
      'std of these images.',
  ],
  [
    'a normalisation that is none',
    {channels: 1, normalization: {mean: [0.5], sdt: [1]}},
    TypeError,
    'prepare: expected {mean, std} of 1 (grey) or 3 (RGB) numbers each with std above 0 as normalization, got ' +
      '{"mean":[0.5],"sdt":[1]}.',
  ],
])('a record from a file is refused: %s', (_name, record, kind, message) => {
  const attempt = () => prepare(record as Preparation);
  expect(attempt).toThrow(kind);
  expect(attempt).toThrow(message);
});

test('tells what is wrong', () => {
  expect(() => evalAugment({crop: 0.5})).toThrow(/evalAugment: expected a size beside crop and interpolation/);
  expect(() => evalAugment({interpolation: 'bilinear'})).toThrow(TypeError);
  expect(() => evalAugment({size: 32, crop: 0})).toThrow(
    'evalAugment: expected a number above 0 and up to 1 as crop, got 0.',
  );
  expect(() => preparationFor(simclrAugment({size: 32}), 2 as 3)).toThrow(
    'preparationFor: expected 1 (grey) or 3 (RGB) as channels, got 2.',
  );
  expect(() => preparationFor(mocoV1Augment({size: 32}), 1)).toThrow(
    /preparationFor: expected a mean for each of 1 channels as normalization/,
  );
  expect(() => preparationFor(augmentation([normalize({mean: [0], std: [1]})]), 3)).toThrow(RangeError);
});
