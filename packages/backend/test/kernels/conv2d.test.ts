import {expectNoLeaks, golden} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import {describe, expect, test} from 'vitest';
import {expectLikeCpu, normal, withGradients} from './against-cpu.js';
import {type GoldenTensor, tensorOf} from './golden-tensor.js';

/** Float32 against float64, sums over 147 terms. */
const float32 = {atol: 2e-5, rtol: 2e-5};
/** Two float32 computations that add in another order. */
const order = {atol: 5e-5, rtol: 1e-4};

type Case = Record<'x' | 'filter' | 'dy' | 'y' | 'dx' | 'dfilter', GoldenTensor> & {stride: number; padding: number};
const {convolution} = golden(import.meta.url, 'kernels') as {convolution: Case[]};

type Pad = 'same' | 'valid' | number | [[number, number], [number, number], [number, number], [number, number]];

describe('convolution and its gradients', () => {
  test.each(convolution)(
    'are torch.nn.functional.conv2d, filter $filter.shape, stride $stride, padding $padding',
    values => {
      const {stride, padding} = values;
      tf.tidy(() => {
        const [x, filter, dy] = [values.x, values.filter, values.dy].map(value => tensorOf<tf.Rank.R4>(value));
        const convolve = (image: tf.Tensor, taps: tf.Tensor): tf.Tensor => {
          const padded = tf.pad4d(image as tf.Tensor4D, [
            [0, 0],
            [padding, padding],
            [padding, padding],
            [0, 0],
          ]);
          return tf.conv2d(padded, taps as tf.Tensor4D, stride, 'valid');
        };
        expect(convolve(x, filter)).toBeAllclose(values.y.values, float32);
        const [dx, dfilter] = tf.grads(convolve)([x, filter], dy);
        expect(dx).toBeAllclose(values.dx.values, float32);
        expect(dfilter).toBeAllclose(values.dfilter.values, float32);
      });
    },
  );

  const sizes: [number, number][] = [
    [8, 8],
    [7, 9],
    [5, 6],
  ];
  const filters: [number, number][] = [
    [1, 1],
    [3, 3],
    [2, 2],
    [3, 2],
    [1, 3],
    [5, 5],
  ];
  const strides: (number | [number, number])[] = [1, 2, 3, [2, 1]];
  const pads: Pad[] = [
    'same',
    'valid',
    1,
    2,
    [
      [0, 0],
      [1, 0],
      [0, 2],
      [0, 0],
    ],
  ];

  const native = tf.getBackend() === 'tensorflow';
  const supported = (filter: [number, number], stride: number | [number, number], pad: Pad): boolean => {
    const square = filter[0] === filter[1] && typeof stride === 'number';
    if (native && typeof pad !== 'string') {
      return false; // stock: refused by the native backend's gradients
    }
    if (typeof pad === 'number' && !square) {
      return false; // stock: output sizes are computed with the vertical filter size and stride on both axes
    }
    // stock: wrong on wasm, native takes no unequal strides
    return pad !== 'same' || (typeof stride === 'number' && stride <= Math.min(...filter));
  };

  test.each(sizes)(
    'agree with the cpu backend on %i×%i images, whatever the filter, stride and padding',
    async (height, width) => {
      for (const filter of filters) {
        for (const stride of strides) {
          for (const pad of pads.filter(p => supported(filter, stride, p))) {
            if (native && typeof stride !== 'number') {
              continue; // stock: TensorFlow's CPU gradients take equal strides only
            }
            const rounding = typeof pad === 'number' ? 'floor' : undefined;
            const convolve = (x: tf.Tensor, taps: tf.Tensor): tf.Tensor =>
              tf.conv2d(x as tf.Tensor4D, taps as tf.Tensor4D, stride, pad, 'NHWC', 1, rounding);
            await expectLikeCpu(
              () => withGradients(convolve, [normal([2, height, width, 3], 1), normal([...filter, 3, 4], 2)]),
              order,
            );
          }
        }
      }
    },
  );

  test('leak no tensor and no memory', async () => {
    const [x, filter] = [normal([2, 6, 6, 3], 1), normal([3, 3, 3, 4], 2)];
    const step = (): void => {
      tf.dispose(
        tf.tidy(() => withGradients((a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 2, 'same'), [x, filter])),
      );
    };
    await expectNoLeaks(step);
    const before = tf.engine().backend.numDataIds();
    step();
    expect(tf.engine().backend.numDataIds()).toBe(before);
    tf.dispose([x, filter]);
  });

  test.skipIf(tf.getBackend() !== 'wasm')('on wasm, channels first is refused by name', () => {
    tf.tidy(() => {
      const attrs = {strides: 1, pad: 'same', dataFormat: 'NCHW', filterShape: [3, 3, 3, 4]};
      const inputs = {x: normal([1, 3, 4, 4], 1), dy: normal([1, 4, 4, 4], 2)};
      expect(() => tf.engine().runKernel('Conv2DBackpropFilter', inputs, attrs)).toThrow(
        /Conv2DBackpropFilter on wasm: expected dataFormat 'NHWC'/,
      );
    });
  });
});
