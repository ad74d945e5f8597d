import * as tf from '@tensorflow/tfjs-core';
import {describe, expect, test} from 'vitest';
import {expectNoLeaks} from '@contrastive/testing';
import {useBackend} from '../../src/index.js';
import {expectLikeCpu, normal, withGradients} from './against-cpu.js';

/** Two float32 computations that add in another order. */
const order = {atol: 5e-5, rtol: 1e-4};

type Operation = [name: string, f: (...inputs: tf.Tensor[]) => tf.Tensor, shapes: number[][]];

const image = [2, 5, 6, 3];
const indices = [2, 0, 2, 3];

const operations: Operation[] = [
  ['add with broadcasting', (a, b) => tf.add(a, b), [image, [3]]],
  ['sub with broadcasting', (a, b) => tf.sub(a, b), [image, [6, 1]]],
  ['mul with broadcasting', (a, b) => tf.mul(a, b), [image, [5, 1, 3]]],
  ['div', (a, b) => tf.div(a, tf.add(tf.square(b), 1)), [image, [3]]],
  ['squaredDifference', (a, b) => tf.squaredDifference(a, b), [image, image]],
  ['maximum', (a, b) => tf.maximum(a, b), [image, image]],
  ['abs', x => tf.abs(x), [image]],
  ['exp', x => tf.exp(x), [image]],
  ['log', x => tf.log(tf.add(tf.square(x), 1)), [image]],
  ['sqrt', x => tf.sqrt(tf.add(tf.square(x), 1)), [image]],
  ['rsqrt', x => tf.rsqrt(tf.add(tf.square(x), 1)), [image]],
  ['sigmoid', x => tf.sigmoid(x), [image]],
  ['softplus', x => tf.softplus(x), [image]],
  ['relu', x => tf.relu(x), [image]],
  ['relu6', x => tf.relu6(tf.mul(x, 6)), [image]],
  ['leakyRelu', x => tf.leakyRelu(x), [image]],
  ['elu', x => tf.elu(x), [image]],
  ['clipByValue', x => tf.clipByValue(x, -0.5, 0.5), [image]],
  ['sum over axes', x => tf.sum(x, [1, 2]), [image]],
  ['mean over axes', x => tf.mean(x, [0, 2]), [image]],
  ['max over an axis', x => tf.max(x, 1), [[4, 7]]],
  ['logSumExp', x => tf.logSumExp(x, 1), [[4, 7]]],
  ['softmax', x => tf.softmax(x), [[4, 7]]],
  ['logSoftmax', x => tf.logSoftmax(x), [[4, 7]]],
  [
    'matMul',
    (a, b) => tf.matMul(a, b),
    [
      [4, 7],
      [7, 3],
    ],
  ],
  [
    'matMul, left transposed',
    (a, b) => tf.matMul(a, b, true),
    [
      [7, 4],
      [7, 3],
    ],
  ],
  [
    'matMul, right transposed',
    (a, b) => tf.matMul(a, b, false, true),
    [
      [4, 7],
      [3, 7],
    ],
  ],
  [
    'matMul, both transposed',
    (a, b) => tf.matMul(a, b, true, true),
    [
      [7, 4],
      [3, 7],
    ],
  ],
  [
    'matMul in batches',
    (a, b) => tf.matMul(a, b, false, true),
    [
      [2, 4, 7],
      [2, 3, 7],
    ],
  ],
  ['matMul with itself', a => tf.matMul(a, a, false, true), [[4, 7]]],
  ['matMul with itself, both transposed', a => tf.matMul(a, a, true, true), [[5, 5]]],
  ['matMul of a number with itself, both transposed', a => tf.matMul(a, a, true, true), [[1, 1]]],
  ['transpose', x => tf.transpose(x, [3, 0, 2, 1]), [image]],
  ['reshape', x => tf.reshape(x, [10, 18]), [image]],
  ['slice of all axes', x => tf.slice(x, [1, 1, 2, 1], [1, 3, 4, 2]), [image]],
  ['slice of rows', x => tf.slice(x, [0, 2, 0, 0], [2, 3, 6, 3]), [image]],
  ['slice of a vector', x => tf.slice(x, 2, 3), [[7]]],
  ['slice of wide rows', x => tf.slice(x, [1, 1], [2, 40]), [[4, 50]]],
  [
    'pad',
    x =>
      tf.pad(x, [
        [0, 0],
        [1, 2],
        [0, 1],
        [0, 0],
      ]),
    [image],
  ],
  [
    'concat',
    (a, b) => tf.concat([a, b], 1),
    [
      [2, 3, 4],
      [2, 5, 4],
    ],
  ],
  [
    'stack',
    (a, b) => tf.stack([a, b], 1),
    [
      [3, 4],
      [3, 4],
    ],
  ],
  ['split', x => tf.mul(...(tf.split(x, 2, 1) as [tf.Tensor, tf.Tensor])), [[3, 4]]],
  ['tile', x => tf.tile(x, [2, 3]), [[3, 4]]],
  ['reverse', x => tf.reverse(x, 1), [[3, 4]]],
  ['cumsum', x => tf.cumsum(x, 1), [[3, 4]]],
  ['gather', x => tf.gather(x, tf.tensor1d(indices, 'int32')), [[4, 3, 2]]],
  ['gather along a later axis', x => tf.gather(x, tf.tensor1d(indices, 'int32'), 1), [[3, 4, 2]]],
  ['unsortedSegmentSum', x => tf.unsortedSegmentSum(x, tf.tensor1d(indices, 'int32'), 5), [[4, 3]]],
  [
    'where',
    (a, b) => tf.where(tf.greater(tf.range(0, 4), 1), a, b),
    [
      [3, 4],
      [3, 4],
    ],
  ],
  ['maxPool of overlapping windows', x => tf.maxPool(x as tf.Tensor4D, 3, 2, 'same'), [image]],
  ['maxPool of windows side by side', x => tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid'), [image]],
  ['avgPool of overlapping windows', x => tf.avgPool(x as tf.Tensor4D, 3, 2, 'valid'), [image]],
  ['avgPool of windows side by side', x => tf.avgPool(x as tf.Tensor4D, 2, 2, 'valid'), [image]],
  ['resizeBilinear', x => tf.image.resizeBilinear(x as tf.Tensor4D, [3, 3]), [[2, 5, 5, 3]]],
  ['stock batchNorm', (x, m, v, o, s) => tf.batchNorm(x, m, tf.square(v), o, s), [image, [3], [3], [3], [3]]],
  [
    'depthwise convolution',
    (x, f) => tf.depthwiseConv2d(x as tf.Tensor4D, f as tf.Tensor4D, 1, 'same'),
    [image, [3, 3, 3, 1]],
  ],
  [
    'depthwise convolution, stride 2, multiplier 2',
    (x, f) => tf.depthwiseConv2d(x as tf.Tensor4D, f as tf.Tensor4D, 2, 'valid'),
    [image, [3, 3, 3, 2]],
  ],
];

describe('values and gradients are those of the cpu backend', () => {
  test.each(operations)('%s', async (_, f, shapes) => {
    await expectLikeCpu(
      () =>
        withGradients(
          f,
          shapes.map((shape, i) => normal(shape, i + 1)),
        ),
      order,
    );
  });
});

test('ReLU passes nothing where its output is zero', () => {
  tf.tidy(() => {
    const gradient = tf.grad(x => tf.relu(x))(tf.tensor1d([-1, 0, 2]), tf.tensor1d([5, 6, 7]));
    expect(gradient).toBeAllclose([0, 0, 7]);
  });
});

test('second derivatives go through ReLU', () => {
  const slope = tf.grad(x => tf.mul(tf.relu(x), tf.square(x)));
  tf.tidy(() => {
    expect(tf.grad(x => tf.sum(slope(x)))(tf.tensor1d([-1, 2]))).toBeAllclose([0, 12]);
  });
});

test.skipIf(tf.getBackend() === 'cpu')(
  'segment sums of integers are integers (the cpu backend, which is not ours, gives floats)',
  () => {
    tf.tidy(() => {
      const x = tf.tensor2d(
        [
          [1, 2],
          [16777217, 4],
          [5, -6],
        ],
        [3, 2],
        'int32',
      );
      const sums = tf.unsortedSegmentSum(x, tf.tensor1d([2, 0, 2], 'int32'), 3);
      expect(sums.dtype).toBe('int32');
      expect([...sums.dataSync()]).toEqual([16777217, 4, 0, 0, 6, -4]);
    });
  },
);

test('using the backend again changes nothing', async () => {
  const backend = tf.getBackend() as 'tensorflow' | 'wasm' | 'cpu';
  const before = [tf.getGradient('Relu'), tf.getKernel('Relu', backend)];
  await useBackend(backend);
  expect([tf.getGradient('Relu'), tf.getKernel('Relu', backend)]).toEqual(before);
});

test('gradients leak no tensor and no memory', async () => {
  const step = (): void => {
    for (const [, f, shapes] of operations) {
      tf.dispose(
        tf.tidy(() =>
          withGradients(
            f,
            shapes.map((shape, i) => normal(shape, i + 1)),
          ),
        ),
      );
    }
  };
  await expectNoLeaks(step, 2);
  const before = tf.engine().backend.numDataIds();
  step();
  expect(tf.engine().backend.numDataIds()).toBe(before);
});
