import {batchNorm, type Splitting} from '@contrastive/layers';
import {expectNoLeaks, fc} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {describe, expect, test} from 'vitest';
import {apply, built, chirp, hideKernel, read} from './support.js';

/** The same arithmetic in another order, on values around 1. */
const CLOSE = {atol: 2e-5, rtol: 1e-5};
const EXACT = {atol: 0, rtol: 0};

/** The images of each group. */
const groups = (n: number, splits: number, splitting: Splitting): number[][] =>
  Array.from({length: splits}, (_, g) =>
    Array.from({length: n / splits}, (__, i) => (splitting === 'interleaved' ? g + i * splits : (g * n) / splits + i)),
  );

const splittings = fc.constantFrom<Splitting>('interleaved', 'contiguous');
const sizes = fc.record({
  splits: fc.integer({min: 1, max: 5}),
  size: fc.integer({min: 2, max: 4}),
  c: fc.integer({min: 1, max: 3}),
});

test('a split batch is its groups, each through a layer of its own', () => {
  fc.assert(
    fc.property(sizes, splittings, fc.constantFrom([], [1, 1], [2, 3]), ({splits, size, c}, splitting, middle) => {
      tf.tidy(() => {
        const shape = [splits * size, ...middle, c];
        const x = chirp(shape, 0.1, 1.7, 0.011);
        const layer = built(shape, {splits, splitting});
        const y = apply(layer, x);
        const members = groups(shape[0], splits, splitting);
        const alone = members.map(() => built(shape));
        members.forEach((images, g) => {
          expect(tf.gather(y, images)).toBeAllclose(apply(alone[g], tf.gather(x, images)), CLOSE);
        });
        for (const name of ['moving_mean', 'moving_variance']) {
          expect(read(layer, name)).toBeAllclose(tf.mean(tf.stack(alone.map(one => read(one, name))), 0), CLOSE);
        }
      });
    }),
    {numRuns: 25, seed: 1},
  );
});

describe('a call', () => {
  const shape = [8, 2, 2, 3];
  const x = (): tf.Tensor => chirp(shape, 0.1, 1.7, 0.011);

  test.each<Splitting>(['interleaved', 'contiguous'])('overrides the splits of the layer, %s', splitting => {
    const [plain, split] = [built(shape), built(shape, {splits: 4, splitting})];
    const expected = apply(split, x(), {updateStatistics: false});
    expect(apply(plain, x(), {splits: 4, splitting})).toBeAllclose(expected, EXACT);
    expect(apply(split, x(), {splits: 1})).toBeAllclose(apply(plain, x()), EXACT);
    expect(expected).not.toBeAllclose(apply(plain, x()), {atol: 1e-2});
  });

  test('of a model reaches the layers of models within, and stock layers do not mind', () => {
    const norms = [batchNorm({name: 'inner'}), batchNorm({name: 'outer'})];
    const inner = tfl.sequential({layers: [tfl.layers.reLU({inputShape: [3]}), norms[0]]});
    const input = tfl.input({shape: [3]});
    const dropout = tfl.layers.dropout({rate: 0});
    const model = tfl.model({
      inputs: input,
      outputs: norms[1].apply(dropout.apply(inner.apply(input))) as tfl.SymbolicTensor,
    });
    const rows = chirp([8, 3], 0.1, 1.7, 0.011);
    const y = model.apply(rows, {training: true, splits: 4, splitting: 'contiguous'}) as tf.Tensor;
    const [first, second] = [
      built([8, 3], {scale: false, center: false}),
      built([8, 3], {scale: false, center: false}),
    ];
    const kwargs = {splits: 4, splitting: 'contiguous'};
    expect(y).toBeAllclose(apply(second, apply(first, tf.relu(rows), kwargs), kwargs), EXACT);
    expect(read(norms[0], 'moving_mean')).toBeAllclose(read(first, 'moving_mean'), EXACT);
  });

  test('without updateStatistics leaves the running statistics', () => {
    const layer = built(shape, {splits: 2});
    apply(layer, x(), {updateStatistics: false});
    expect(read(layer, 'moving_mean')).toBeAllclose([0, 0, 0], EXACT);
    expect(read(layer, 'moving_variance')).toBeAllclose([1, 1, 1], EXACT);
  });

  test('in inference does not split, whatever the batch', () => {
    const layer = built(shape, {splits: 8});
    const odd = chirp([3, 2, 2, 3], 0.1, 1.7, 0.011);
    expect(apply(layer, odd, {training: false, splits: 5})).toBeAllclose(
      apply(built(shape), odd, {training: false}),
      EXACT,
    );
  });
});

describe('refuses', () => {
  test.each([
    [
      {splits: 0},
      RangeError,
      'batchNorm: expected an integer from 1 on as splits, got 0; 1 takes the statistics of the whole batch',
    ],
    [{splits: 1.5}, RangeError, 'got 1.5'],
    [{splits: '8' as never}, TypeError, "batchNorm: expected an integer from 1 on as splits, got '8'"],
    [
      {splitting: 'random' as never},
      RangeError,
      `batchNorm: expected 'interleaved' or 'contiguous' as splitting, got 'random'`,
    ],
  ])('%j, as an option and in a call', (options, kind, message) => {
    expect(() => batchNorm(options)).toThrow(kind);
    expect(() => batchNorm(options)).toThrow(message);
    const [layer, x] = [built([4, 2]), tf.zeros([4, 2])];
    const before = tf.memory().numTensors;
    expect(() => apply(layer, x, options)).toThrow(kind);
    expect(() => apply(layer, x, options)).toThrow(message.replace('batchNorm:', "batchNorm 'bn':"));
    expect(tf.memory().numTensors).toBe(before);
  });

  test('a batch that cannot be split', () => {
    const layer = built([12, 2], {splits: 8});
    expect(() => apply(layer, tf.zeros([12, 2]))).toThrow(RangeError);
    expect(() => apply(layer, tf.zeros([12, 2]))).toThrow(
      "batchNorm 'bn': expected splits that divide the batch, got 8 splits of 12 images; drop the last",
    );
    expect(() => apply(layer, tf.zeros([8, 2]))).toThrow(
      'expected at least two values a channel in each of 8 splits in training, got shape [8, 2]; use a larger ' +
        'batch or fewer splits.',
    );
  });
});

describe.each(['as the backend has it', 'composed'])('%s', how => {
  test.each<Splitting>(['interleaved', 'contiguous'])('%s splits leak no tensor', async splitting => {
    const restore = how === 'composed' ? hideKernel() : () => undefined;
    try {
      for (const shape of [
        [4, 2, 3, 5],
        [6, 4],
      ]) {
        const layer = built(shape, {splits: 2, splitting});
        const x = chirp(shape, 0.1, 1.7, 0.011);
        await expectNoLeaks(() => {
          const {value, grads} = tf.variableGrads(() => tf.sum<tf.Scalar>(tf.square(apply(layer, x))));
          tf.dispose([value, ...Object.values(grads)]);
          tf.dispose(tf.grad(input => tf.sum(apply(layer, input)))(x));
          tf.dispose(apply(layer, x));
        });
      }
    } finally {
      restore();
    }
  });
});
