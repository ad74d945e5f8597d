import * as tf from '@tensorflow/tfjs-core';
import {describe, expect, test} from 'vitest';
import {barlowTwins, decoupled, infoNCE, negativeCosine, ntXent, supCon, type LossInput} from '../src/index.js';
import {forms} from './all-losses.js';
import type {AnyLoss} from './evaluate.js';

/** Every factory with an option that is to be a positive number. */
const positives: [what: string, make: (value: never) => unknown][] = [
  ['ntXent: temperature', temperature => ntXent({temperature})],
  ['infoNCE: temperature', temperature => infoNCE({temperature})],
  ['decoupled: temperature', temperature => decoupled({temperature})],
  ['decoupled: weighting.sigma', sigma => decoupled({weighting: {sigma}})],
  ['supCon: temperature', temperature => supCon({temperature})],
  ['barlowTwins: lambda', lambda => barlowTwins({lambda})],
];

describe.each(positives)('%s', (what, make) => {
  test.each([0, -1, NaN, Infinity])('refuses %s', value => {
    expect(() => make(value as never)).toThrow(RangeError);
    expect(() => make(value as never)).toThrow(`${what} must be a positive finite number, got ${String(value)}; `);
  });

  test.each(['0.1', null, {}])('refuses what is no number: %s', value => {
    expect(() => make(value as never)).toThrow(TypeError);
    expect(() => make(value as never)).toThrow(`${what} must be a number, got ${typeof value}; leave it out`);
  });
});

describe.each([
  ['ntXent', (blockSize: never) => ntXent({blockSize})],
  ['infoNCE', (blockSize: never) => infoNCE({blockSize})],
])('%s: blockSize', (name, make) => {
  test.each([0, -1, 2.5, NaN, Infinity])('refuses %s', value => {
    expect(() => make(value as never)).toThrow(RangeError);
    expect(() => make(value as never)).toThrow(
      `${name}: blockSize must be a whole number of rows from 1, got ${String(value)}; `,
    );
  });

  test('refuses what is no number', () => {
    expect(() => make('8' as never)).toThrow(TypeError);
  });
});

/** Runs a test with matrices of ones, which are freed. */
const withOnes = (f: (ones: (...shape: number[]) => tf.Tensor2D) => void): void => {
  tf.tidy(() => {
    // Of any rank: JavaScript callers may pass that too.
    f((...shape) => tf.ones(shape as [number, number]));
  });
};

describe.each(forms)('$name', form => {
  const name = form.name.split(/[ ,]/)[0];
  const call = (input: LossInput): tf.Scalar => form.make(0.1)(input as Parameters<AnyLoss>[0]);
  const rest = (n: number, d: number): Partial<LossInput> => ({
    ...(form.traits.negatives && {negatives: tf.ones([3, d])}),
    ...(form.traits.labels && {labels: tf.zeros([n], 'int32')}),
  });

  test('refuses views that do not fit', () => {
    withOnes(ones => {
      expect(() => call({z1: ones(2, 3), z2: ones(3, 3), ...rest(2, 3)})).toThrow(
        `${name}: z1 and z2 must have the same shape, got [2, 3] and [3, 3]; `,
      );
      expect(() => call({z1: ones(2, 3), z2: ones(2, 4), ...rest(2, 3)})).toThrow(RangeError);
      expect(() => call({z1: ones(0, 3), z2: ones(0, 3), ...rest(0, 3)})).toThrow(
        /at least one row and one column, got \[0, 3\]; /,
      );
    });
  });

  test('refuses views of another rank or dtype', () => {
    withOnes(ones => {
      expect(() => call({z1: ones(2, 3, 1), z2: ones(2, 3), ...rest(2, 3)})).toThrow(
        `${name}: z1 must be a float32 matrix, got float32 [2, 3, 1]; flatten`,
      );
      expect(() => call({z1: ones(2, 3), z2: tf.ones([2, 3], 'int32'), ...rest(2, 3)})).toThrow(TypeError);
    });
  });
});

test.each([0.5, null, true])('decoupled refuses weighting %s', weighting => {
  expect(() => decoupled({weighting: weighting as never})).toThrow(TypeError);
  expect(() => decoupled({weighting: weighting as never})).toThrow(
    `decoupled: weighting must be an object such as {sigma: 0.5}, got ${String(weighting)};`,
  );
});

describe('a batch of one image', () => {
  test.each([
    ['decoupled', decoupled()],
    ['barlowTwins', barlowTwins()],
  ])('%s refuses it', (name, loss) => {
    withOnes(ones => {
      expect(() => loss({z1: ones(1, 3), z2: ones(1, 3)})).toThrow(RangeError);
      expect(() => loss({z1: ones(1, 3), z2: ones(1, 3)})).toThrow(
        `${name}: needs at least 2 images in a batch, got 1; `,
      );
    });
  });
});

describe('negatives', () => {
  test.each([
    ['ntXent', ntXent()],
    ['decoupled', decoupled()],
    ['supCon', supCon()],
    ['negativeCosine', negativeCosine()],
    ['barlowTwins', barlowTwins()],
  ])('%s refuses those that it has no use for', (name, loss: AnyLoss) => {
    withOnes(ones => {
      const given = {z1: ones(2, 3), z2: ones(2, 3), negatives: ones(5, 3), labels: tf.zeros<tf.Rank.R1>([2], 'int32')};
      expect(() => loss(given)).toThrow(`${name}: takes its negatives from the batch, but was given [5, 3] more`);
    });
  });

  test('infoNCE refuses what does not fit', () => {
    withOnes(ones => {
      const loss = infoNCE();
      const views = {z1: ones(2, 3), z2: ones(2, 3)};
      expect(() => loss(views as never)).toThrow(TypeError);
      expect(() => loss(views as never)).toThrow('infoNCE: needs negatives, a float32 matrix [k, d], got undefined; ');
      expect(() => loss({...views, negatives: ones(3, 5)})).toThrow(
        'infoNCE: negatives must have the 3 columns of the views, got [3, 5]; ',
      );
      expect(() => loss({...views, negatives: ones(3, 5)})).toThrow(RangeError);
      expect(() => loss({...views, negatives: ones(0, 3)})).toThrow(
        'infoNCE: needs at least one negative, got [0, 3]; ',
      );
      expect(() => loss({...views, negatives: ones(3)})).toThrow(
        'infoNCE: negatives must be a float32 matrix, got float32 [3]; ',
      );
      expect(() => loss({...views, negatives: tf.ones([3, 3], 'int32')})).toThrow(TypeError);
    });
  });
});

describe('labels', () => {
  test('supCon refuses what does not fit', () => {
    withOnes(ones => {
      const loss = supCon();
      const views = {z1: ones(2, 3), z2: ones(2, 3)};
      expect(() => loss(views as never)).toThrow(TypeError);
      expect(() => loss(views as never)).toThrow('supCon: needs labels, int32 [n], got undefined; ');
      expect(() => loss({...views, labels: tf.zeros([2])})).toThrow(
        'supCon: labels must be int32 [n], got float32 [2]; ',
      );
      expect(() => loss({...views, labels: tf.zeros<tf.Rank>([2, 1], 'int32') as tf.Tensor1D})).toThrow(TypeError);
      expect(() => loss({...views, labels: tf.zeros([4], 'int32')})).toThrow(
        'supCon: needs one label for each of the 2 images, got 4; ',
      );
      expect(() => loss({...views, labels: tf.zeros([4], 'int32')})).toThrow(RangeError);
    });
  });
});
