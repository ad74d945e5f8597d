import {expect, test} from 'vitest';
import {
  augmentation,
  createRandom,
  horizontalFlip,
  randomResizedCrop,
  simclrAugment,
  type Operation,
  type Pixels,
} from '../src/index.js';
import {appliedAll} from './applied.js';

const grey: Pixels = {data: Uint8Array.from({length: 16}, (_, i) => 16 * i), height: 4, width: 4, channels: 1};

test('does its operations in order, each with its own parameters and the size that it meets', () => {
  const seen: [number, number][] = [];
  const invert: Operation<number> = {
    name: 'invert',
    sample: (height, width) => {
      seen.push([height, width]);
      return 1;
    },
    apply: (image, one) => ({...image, data: image.data.map(value => one - value)}),
  };
  const augment = augmentation([randomResizedCrop({size: 4}), horizontalFlip({probability: 1}), invert]);
  const params = augment.sample(6, 8, createRandom(1));
  expect(Object.keys(params)).toEqual(['crop', 'flip', 'invert']);
  expect(seen).toEqual([[4, 4]]);
  const view = augment.view({data: new Uint8Array(48).fill(255), height: 6, width: 8, channels: 1}, params);
  expect(view).toEqual({data: new Uint8Array(16), height: 4, width: 4, channels: 1});
});

test('parameters are plain data, the same from the same stream', () => {
  const augment = simclrAugment({size: 40});
  const params = augment.sample(48, 48, createRandom(3, 1, 4));
  expect(structuredClone(params)).toEqual(params);
  expect(augment.sample(48, 48, createRandom(3, 1, 4))).toEqual(params);
  expect(augment.sample(48, 48, createRandom(3, 1, 5))).not.toEqual(params);
});

test.each([
  [28, 1],
  [32, 3],
  [40, 3],
] as const)('SimCLR views (%i pixels, %i channels) stay in [0, 1]', (size, channels) => {
  const augment = simclrAugment({size});
  for (let i = 0; i < 6; i++) {
    const random = createRandom(7, i);
    const data = Float32Array.from({length: size * size * channels}, () => random.uniform());
    const params = augment.sample(size, size, createRandom(1, i));
    const view = Array.from(appliedAll(augment, {data, height: size, width: size, channels}, params));
    expect(view).toHaveLength(size * size * channels);
    expect(Math.min(...view)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...view)).toBeLessThanOrEqual(1);
  }
});

test('SimCLR blurs and jitters by size', () => {
  const blurred = (augment: ReturnType<typeof simclrAugment>) =>
    'gaussianBlur' in augment.sample(50, 50, createRandom(1));
  expect(blurred(simclrAugment({size: 32}))).toBe(false);
  expect(blurred(simclrAugment({size: 33}))).toBe(true);
  expect(blurred(simclrAugment({size: 33, blur: false}))).toBe(false);
  const strongest = (size: number) => {
    const augment = simclrAugment({size});
    return Math.max(
      ...Array.from(
        {length: 3000},
        (_, i) => (augment.sample(50, 50, createRandom(1, i)).colorJitter as {contrast: number}).contrast,
      ),
    );
  };
  expect(strongest(32)).toBeCloseTo(1.4, 2);
  expect(strongest(96)).toBeCloseTo(1.8, 2);
});

test('an operation may return the image that it was given, and no view changes its image', () => {
  const same: Operation<null> = {name: 'same', sample: () => null, apply: image => image};
  const before = grey.data.slice();
  expect(augmentation([same]).view(grey, {same: null}).data).toEqual(before);
  expect(augmentation([same, horizontalFlip()]).view(grey, {same: null, flip: true}).data).not.toEqual(before);
  expect(grey.data).toEqual(before);
});

test('clamped bytes of a canvas are bytes', () => {
  const {data} = augmentation([]).view({...grey, data: new Uint8ClampedArray(grey.data)}, {});
  expect(data).toEqual(grey.data);
});

test('tells what is wrong', () => {
  const augment = augmentation([horizontalFlip()]);
  expect(() => augmentation(horizontalFlip() as never)).toThrow(
    'augmentation: expected a list as operations, got {"name":"flip","sample":"a function","apply":"a function"}.',
  );
  expect(() => augmentation([horizontalFlip, augment] as never)).toThrow(
    'augmentation: expected a record of a name, sample and apply as operation 0, got a function; call it.',
  );
  expect(() => augmentation([horizontalFlip(), horizontalFlip()])).toThrow(
    /augmentation: expected operations of different names, got two that are named 'flip'; rename one, .*'flip2'}\.$/,
  );
  expect(() => augment.view(grey, {})).toThrow(
    "view: expected an entry for each operation as params, got none for 'flip'; draw them with the sample of the " +
      'same augmentation.',
  );
  expect(() => augment.view({...grey, channels: 2 as 3}, {flip: true})).toThrow(
    'view: expected 1 (grey) or 3 (RGB) as channels of the image, got 2.',
  );
  expect(() => augment.view({...grey, data: new Float32Array(16) as never}, {flip: true})).toThrow(
    /view: expected bytes of 0 to 255, .*, got a Float32Array; convert .* Uint8Array.from\(data, value => /,
  );
  expect(() => augment.view({...grey, reducedBy: [2, 2]}, {flip: true})).toThrow(
    /expected a whole image, .*, got a reduced one; begin with a crop/,
  );
  expect(augment.view(grey, {flip: true}).data.slice(0, 4)).toEqual(Uint8Array.of(48, 32, 16, 0));
});
