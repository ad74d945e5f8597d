import * as tf from '@tensorflow/tfjs-core';
import {describe, expect, test} from 'vitest';
import {barlowTwins, decoupled, infoNCE, negativeCosine, ntXent, supCon, type LossInput} from '../src/index.js';
import {forms} from './all-losses.js';
import type {AnyLoss} from './evaluate.js';

type Refusal = readonly [
  name: 'ntXent' | 'infoNCE' | 'decoupled' | 'supCon' | 'barlowTwins',
  options: object,
  kind: new (message: string) => Error,
  message: string,
];

const temperature = 'expected a number above 0 as temperature, got';
const blockSize = 'expected an integer from 1 on as blockSize, got';

const refusals: Refusal[] = [
  ...(['ntXent', 'infoNCE', 'decoupled', 'supCon'] as const).flatMap((name): Refusal[] => [
    ...[0, -1, NaN, Infinity].map((value): Refusal => [
      name,
      {temperature: value},
      RangeError,
      `${temperature} ${value}; papers use 0.05 to 1.`,
    ]),
    [name, {temperature: '0.1'}, TypeError, `${temperature} '0.1'; `],
    [name, {temperature: null}, TypeError, `${temperature} null; `],
    [name, {temprature: 0.1}, TypeError, 'got temprature; did you mean temperature?'],
  ]),
  ...(['ntXent', 'infoNCE'] as const).flatMap((name): Refusal[] => [
    ...[0, -1, 2.5, NaN, Infinity].map((value): Refusal => [
      name,
      {blockSize: value},
      RangeError,
      `${blockSize} ${value}; give a number of rows`,
    ]),
    [name, {blockSize: '8'}, TypeError, `${blockSize} '8'; `],
  ]),
  ...[0.5, null, true].map((value): Refusal => [
    'decoupled',
    {weighting: value},
    TypeError,
    `expected an object as weighting, got ${value}; give one such as {sigma: 0.5}`,
  ]),
  ['decoupled', {weighting: {sigma: 0}}, RangeError, "expected a number above 0 as sigma, got 0; the paper's is 0.5."],
  ['decoupled', {weighting: {sigma: '1'}}, TypeError, "as sigma, got '1'; "],
  ['decoupled', {weighting: {tau: 1}}, TypeError, 'decoupled.weighting: expected options among sigma, got tau; '],
  ['barlowTwins', {lambda: -1}, RangeError, "expected a number above 0 as lambda, got -1; the paper's is 0.005."],
  ['barlowTwins', {lambda: '1'}, TypeError, "as lambda, got '1'; "],
  ['barlowTwins', {lamda: 1}, TypeError, 'got lamda; did you mean lambda?'],
];

test.each(refusals)('%s refuses %j', (name, options, kind, message) => {
  const make = (): unknown => ({ntXent, infoNCE, decoupled, supCon, barlowTwins})[name](options);
  expect(make).toThrow(kind);
  expect(make).toThrow(message);
  expect(make).toThrow(new RegExp(`^${name}(.weighting)?: expected `));
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
        `${name}: expected z1 and z2 of the same shape, got [2, 3] and [3, 3]; row i`,
      );
      expect(() => call({z1: ones(2, 3), z2: ones(2, 4), ...rest(2, 3)})).toThrow(RangeError);
      expect(() => call({z1: ones(0, 3), z2: ones(0, 3), ...rest(0, 3)})).toThrow(
        /expected at least one row and one column in z1 and z2, got \[0, 3\]; /,
      );
    });
  });

  test('refuses views of another rank or dtype', () => {
    withOnes(ones => {
      expect(() => call({z1: ones(2, 3, 1), z2: ones(2, 3), ...rest(2, 3)})).toThrow(
        `${name}: expected a float32 matrix as z1, got float32 [2, 3, 1]; flatten`,
      );
      expect(() => call({z1: ones(2, 3), z2: tf.ones([2, 3], 'int32'), ...rest(2, 3)})).toThrow(TypeError);
      expect(() => call({z1: ones(2, 3), ...rest(2, 3)} as LossInput)).toThrow(
        `${name}: expected a float32 matrix as z2, got undefined; flatten`,
      );
    });
  });
});

describe('a batch of one image', () => {
  test.each([
    ['decoupled', decoupled()],
    ['barlowTwins', barlowTwins()],
  ])('%s refuses it', (name, loss) => {
    withOnes(ones => {
      expect(() => loss({z1: ones(1, 3), z2: ones(1, 3)})).toThrow(RangeError);
      expect(() => loss({z1: ones(1, 3), z2: ones(1, 3)})).toThrow(
        `${name}: expected at least 2 images in a batch, got 1; make batches larger`,
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
      expect(() => loss(given)).toThrow(`${name}: expected no negatives, got float32 [5, 3]; use a loss`);
    });
  });

  test('infoNCE refuses what does not fit', () => {
    withOnes(ones => {
      const loss = infoNCE();
      const views = {z1: ones(2, 3), z2: ones(2, 3)};
      expect(() => loss(views as never)).toThrow(TypeError);
      expect(() => loss(views as never)).toThrow(
        'infoNCE: expected a float32 matrix as negatives, got undefined; give a queue',
      );
      expect(() => loss({...views, negatives: ones(3, 5)})).toThrow(
        'infoNCE: expected negatives with the 3 columns of the views, got [3, 5]; ',
      );
      expect(() => loss({...views, negatives: ones(3, 5)})).toThrow(RangeError);
      expect(() => loss({...views, negatives: ones(0, 3)})).toThrow(
        'infoNCE: expected at least one negative, got [0, 3]; ',
      );
      expect(() => loss({...views, negatives: ones(3)})).toThrow(
        'infoNCE: expected a float32 matrix as negatives, got float32 [3]; ',
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
      expect(() => loss(views as never)).toThrow('supCon: expected int32 [n] as labels, got undefined; give the class');
      expect(() => loss({...views, labels: tf.zeros([2])})).toThrow(
        'supCon: expected int32 [n] as labels, got float32 [2]; ',
      );
      expect(() => loss({...views, labels: tf.zeros<tf.Rank>([2, 1], 'int32') as tf.Tensor1D})).toThrow(TypeError);
      expect(() => loss({...views, labels: tf.zeros([4], 'int32')})).toThrow(
        'supCon: expected one label for each of the 2 images, got 4; ',
      );
      expect(() => loss({...views, labels: tf.zeros([4], 'int32')})).toThrow(RangeError);
    });
  });
});
