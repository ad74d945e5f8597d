import {expect, test} from 'vitest';
import {
  augmentation,
  cifar10Normalization,
  colorJitter,
  createRandom,
  evalAugment,
  fromRecipe,
  horizontalFlip,
  imageNetNormalization,
  mocoV1Augment,
  mocoV2Augment,
  normalize,
  randomResizedCrop,
  recipeOf,
  simclrAugment,
  solarize,
  type Augment,
  type Crop,
  type Operation,
  type OperationRecipe,
  type Pixels,
} from '../src/index.js';

const HEIGHT = 60;
const WIDTH = 50;
const photo: Pixels = {
  data: Uint8Array.from({length: HEIGHT * WIDTH * 3}, (_, i) => 128 + 100 * Math.sin(i / 17) * Math.cos(i / 1501)),
  height: HEIGHT,
  width: WIDTH,
  channels: 3,
};
const order = (augment: Augment) => augment.operations.map(({name}) => name);
const draw = (augment: Augment, ...key: number[]) => augment.sample(HEIGHT, WIDTH, createRandom(1, ...key));

test('the presets have the operations of the authors, in their order', () => {
  expect(order(simclrAugment({size: 224}))).toEqual(['crop', 'colorJitter', 'grayscale', 'gaussianBlur']);
  expect(order(simclrAugment({size: 32}))).toEqual(['crop', 'colorJitter', 'grayscale']);
  expect(order(mocoV1Augment({size: 224}))).toEqual(['crop', 'grayscale', 'colorJitter', 'flip', 'normalize']);
  expect(order(mocoV2Augment({size: 224}))).toEqual([
    'crop',
    'colorJitter',
    'grayscale',
    'gaussianBlur',
    'flip',
    'normalize',
  ]);
  expect(order(mocoV2Augment({size: 32, normalization: cifar10Normalization}))).toEqual([
    'crop',
    'colorJitter',
    'grayscale',
    'flip',
    'normalize',
  ]);
  expect(order(mocoV2Augment({size: 28, normalization: false}))).toEqual(['crop', 'colorJitter', 'grayscale', 'flip']);
  expect(order(evalAugment({size: 224}))).toEqual(['crop']);
});

test("and their options: SimCLR flips in the crop and adds in the paper's form, MoCo keeps a fifth or more", () => {
  const areas = (augment: Augment) =>
    Array.from({length: 500}, (_, i) => draw(augment, i).crop as Crop).map(
      ({height, width}) => (height * width) / (HEIGHT * WIDTH),
    );
  expect(Math.min(...areas(mocoV1Augment({size: 8})))).toBeGreaterThan(0.18);
  expect(Math.min(...areas(simclrAugment({size: 8})))).toBeLessThan(0.12);
  const brightness = Array.from(
    {length: 200},
    (_, i) => (draw(simclrAugment({size: 40, form: 'simclr-v1'}), i).colorJitter as {brightness: number}).brightness,
  );
  expect(Math.min(...brightness)).toBeLessThan(-0.7);
  expect(
    new Set(Array.from({length: 20}, (_, i) => (draw(simclrAugment({size: 8}), i).crop as Crop).flipped)).size,
  ).toBe(2);
});

test.each<[string, Augment]>([
  ['SimCLR', simclrAugment({size: 40, distribution: 'simclr'})],
  ['MoCo v1', mocoV1Augment({size: 40})],
  ['MoCo v2', mocoV2Augment({size: 40})],
  ['solarised', augmentation([randomResizedCrop({size: 20}), horizontalFlip(), solarize({probability: 1})])],
])('%s is the same after a trip as plain data', (_, augment) => {
  const again = fromRecipe(JSON.parse(JSON.stringify(recipeOf(augment))) as OperationRecipe[]);
  expect(again.normalization).toEqual(augment.normalization);
  for (let i = 0; i < 8; i++) {
    const params = draw(augment, i);
    expect(draw(again, i)).toEqual(params);
    expect(again.view(photo, params)).toEqual(augment.view(photo, params));
  }
});

test('an operation that was changed is no longer built in', () => {
  const renamed = {...horizontalFlip(), name: 'mirror'};
  expect(recipeOf(augmentation([horizontalFlip(), renamed]))).toBeUndefined();
  const augment = simclrAugment({size: 8});
  expect(recipeOf(augment)).toBeDefined();
  expect(recipeOf({...augment})).toBeUndefined();
  expect(() => fromRecipe([{kind: 'sharpen', options: {}}])).toThrow(
    /fromRecipe: expected 'centerCrop', .* or 'solarize' as kind, got 'sharpen'/,
  );
});

test('a custom operation works on planes, between built-in ones', () => {
  const seen: number[][] = [];
  const redOnly: Operation<null> = {
    name: 'redOnly',
    sample: () => null,
    apply: ({data, height, width, channels}) => {
      seen.push([height, width, channels, data.length]);
      data.fill(0, height * width);
      return {data, height, width, channels};
    },
  };
  const augment = augmentation([randomResizedCrop({size: 20}), redOnly, horizontalFlip({probability: 1})]);
  const {data} = augment.view(photo, draw(augment));
  expect(seen).toEqual([[20, 20, 3, 1200]]);
  expect(data.some((byte, i) => i % 3 === 0 && byte > 0)).toBe(true);
  expect(data.every((byte, i) => i % 3 === 0 || byte === 0)).toBe(true);
});

test('a custom operation may make views itself, and must return a whole image', () => {
  const large: Pixels = {data: new Uint8Array(4000 * 4000 * 3), height: 4000, width: 4000, channels: 3};
  const inner = augmentation([horizontalFlip()]);
  const greedy = {
    name: 'greedy',
    sample: () => null,
    apply: <T>(image: T): T => {
      inner.view(large, {flip: true}); // needs more memory than there was
      return image;
    },
  };
  const params = draw(evalAugment({size: 20}));
  const plain = evalAugment({size: 20}).view(photo, params);
  const [crop] = evalAugment({size: 20}).operations;
  expect(augmentation([crop, greedy]).view(photo, {...params, greedy: null}).data).toEqual(plain.data);
  const half: Operation<null> = {
    name: 'half',
    sample: () => null,
    apply: ({data, ...shape}) => ({...shape, data: data.slice(5)}),
  };
  expect(() => augmentation([crop, half]).view(photo, {...params, half: null})).toThrow(
    /expected an image, .*, as what 'half' returns, got 3 x 20 x 20 and 1195 numbers/,
  );
  const forgetful = {...half, name: 'forgetful', apply: () => undefined as never};
  expect(() => augmentation([crop, forgetful]).view(photo, {...params, forgetful: null})).toThrow(
    /as what 'forgetful' returns, got undefined/,
  );
  expect(() => augmentation([crop, {name: 'none'} as never])).toThrow(
    /expected a record of a name, sample and apply as operation 1, got {"name":"none"}/,
  );
});

test('a view must have the size of its target', () => {
  const smaller: Operation<null> = {
    name: 'smaller',
    sample: () => null,
    apply: () => ({data: new Float32Array(1), height: 1, width: 1, channels: 1}),
  };
  const image: Pixels = {data: new Uint8Array(4), height: 2, width: 2, channels: 1};
  expect(() => augmentation([smaller]).view(image, {smaller: null}, new Uint8Array(4))).toThrow(
    'view: expected 1 x 1 x 1 bytes as target, got 4; an operation that changes the size needs an outputSize.',
  );
});

test('a reduced image gives nearly the same view', () => {
  const augment = evalAugment({size: 10, crop: 1});
  const params = augment.sample(HEIGHT, HEIGHT, createRandom(1));
  const square: Pixels = {
    ...photo,
    data: Uint8Array.from({length: HEIGHT * HEIGHT * 3}, (_, i) => 128 + 100 * Math.sin(i / 700)),
    width: HEIGHT,
  };
  expect(augment.reduction(params)).toBe(3);
  const half = HEIGHT / 2;
  const reduced = Uint8Array.from({length: half * half * 3}, (_, i) => {
    const [channel, x, y] = [i % 3, Math.floor(i / 3) % half, Math.floor(i / (3 * half))];
    const at = (dy: number, dx: number) => square.data[((2 * y + dy) * HEIGHT + 2 * x + dx) * 3 + channel];
    return Math.round((at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4);
  });
  const whole = augment.view(square, params);
  const less = augment.view({data: reduced, height: half, width: half, channels: 3, reducedBy: [2, 2]}, params);
  const differences = whole.data.map((byte, i) => Math.abs(byte - less.data[i]));
  expect(differences.reduce((sum, difference) => sum + difference, 0) / differences.length).toBeLessThan(1.5);
});

test('views are written where one asks, and memory is given back', () => {
  const augment = simclrAugment({size: 40});
  const target = new Uint8Array(40 * 40 * 3);
  const params = draw(augment);
  expect(augment.view(photo, params, target).data).toBe(target);
  expect(target).toEqual(augment.view(photo, params).data);
  for (let i = 0; i < 2000; i++) augment.view(photo, params, target); // would not fit 32 bits of addresses
  const large: Pixels = {data: new Uint8Array(3000 * 3000).fill(77), height: 3000, width: 3000, channels: 1};
  const shrunk = evalAugment({size: 4});
  expect(Array.from(shrunk.view(large, shrunk.sample(3000, 3000, createRandom(1))).data)).toEqual(
    Array<number>(16).fill(77),
  );
  expect(augment.view(photo, params).data).toEqual(target);
});

test('tells what is wrong', () => {
  const augment = simclrAugment({size: 8});
  const params = draw(augment);
  expect(() => augmentation([normalize(imageNetNormalization), horizontalFlip()])).toThrow(
    /expected 'normalize' as the last operation, .*; move it to the end/,
  );
  expect(() => normalize({mean: [0.5, 0.5], std: [1, 1]})).toThrow(
    /normalize: expected {mean, std} of 1 \(grey\) or 3 \(RGB\) numbers each/,
  );
  expect(() => normalize({mean: [0], std: [0]})).toThrow(
    /std above 0 as normalization, got {"mean":\[0\],"std":\[0\]}/,
  );
  expect(() => augment.view({...photo, channels: 4 as 3}, params)).toThrow(
    /1 \(grey\) or 3 \(RGB\) as channels of the image, got 4/,
  );
  expect(() => augment.view({...photo, height: 61}, params)).toThrow(
    /expected 61 x 50 x 3 bytes as data of the image, got 9000/,
  );
  expect(() => augment.view(photo, {})).toThrow(/got none for 'crop'/);
  expect(() => augment.view(photo, params, new Uint8Array(3))).toThrow(
    /expected 8 x 8 x 3 bytes as target, got 3; an operation that changes the size needs an outputSize/,
  );
  expect(() => colorJitter({form: 'simclr-v3' as 'simclr-v2'})).toThrow(
    /expected 'torchvision', 'simclr-v1' or 'simclr-v2' as form, got 'simclr-v3'/,
  );
  expect(() => randomResizedCrop({size: 8, distribution: 'x' as 'simclr'})).toThrow(
    /expected 'torchvision' or 'simclr' as distribution/,
  );
  expect(() => solarize({threshold: 2})).toThrow(/solarize: expected a number from 0 to 1 as threshold, got 2/);
});
