import {expectNoLeaks, golden} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import {describe, expect, test} from 'vitest';
import {hasKernel} from '../../src/kernels/register.js';
import {normal} from './against-cpu.js';
import {type GoldenTensor, tensorOf} from './golden-tensor.js';

const epsilon = 1e-5;
/** Float32 against float64, sums over 18 terms. */
const float32 = {atol: 2e-5, rtol: 2e-5};
/** Central differences in float32 with steps of 1e-2. */
const differences = {atol: 2e-2, rtol: 2e-2};

type Case = Record<
  'x' | 'gamma' | 'beta' | 'dy' | 'y' | 'mean' | 'unbiasedVariance' | 'dx' | 'dgamma' | 'dbeta',
  GoldenTensor
>;
const {batchNorm} = golden(import.meta.url, 'kernels') as {batchNorm: Case[]};

const run = (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor): tf.Tensor[] =>
  tf.engine().runKernel('BatchNormTraining', {x, gamma, beta}, {epsilon});

const gradients = (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, dy: tf.Tensor): tf.Tensor[] =>
  tf.grads((a, b, c) => run(a, b, c)[0])([x, gamma, beta], dy);

describe.skipIf(!hasKernel('BatchNormTraining'))('BatchNormTraining', () => {
  test.each(batchNorm)('is torch.nn.functional.batch_norm in training, forward and backward, $x.shape', values => {
    tf.tidy(() => {
      const [x, gamma, beta, dy] = [values.x, values.gamma, values.beta, values.dy].map(value => tensorOf(value));
      const [y, mean, variance] = run(x, gamma, beta);
      expect(y.shape).toEqual(values.x.shape);
      expect(mean.shape).toEqual(values.mean.shape);
      expect(variance.shape).toEqual(values.mean.shape);
      expect(y).toBeAllclose(values.y.values, float32);
      expect(mean).toBeAllclose(values.mean.values, float32);
      expect(variance).toBeAllclose(values.unbiasedVariance.values, float32);
      const [dx, dgamma, dbeta] = gradients(x, gamma, beta, dy);
      expect(dx).toBeAllclose(values.dx.values, float32);
      expect(dgamma).toBeAllclose(values.dgamma.values, float32);
      expect(dbeta).toBeAllclose(values.dbeta.values, float32);
    });
  });

  test('the gradient is the slope of the loss', () => {
    tf.tidy(() => {
      const [x, gamma, beta, weights] = [
        normal([2, 2, 2, 3], 1),
        normal([3], 2),
        normal([3], 3),
        normal([2, 2, 2, 3], 4),
      ];
      const loss = (input: tf.Tensor): number => tf.sum(tf.mul(run(input, gamma, beta)[0], weights)).dataSync()[0];
      const step = 1e-2;
      const slopes = Array.from({length: x.size}, (_, i) => {
        const nudge = tf.reshape(tf.mul(tf.oneHot(i, x.size), step), x.shape);
        return (loss(tf.add(x, nudge)) - loss(tf.sub(x, nudge))) / (2 * step);
      });
      expect(gradients(x, gamma, beta, weights)[0]).toBeAllclose(slopes, differences);
    });
  });

  test('a mean far from zero costs the variance little', () => {
    tf.tidy(() => {
      const x = tf.add(normal([8, 4, 4, 6], 5), 1000);
      const [, mean, variance] = run(x, tf.ones([6]), tf.zeros([6]));
      const rows = tf.reshape(tf.sub(x, 1000), [-1, 6]); // the same values, exact in float32
      const exact = tf.moments(rows, 0);
      expect(tf.sub(mean, 1000)).toBeAllclose(exact.mean, {atol: 1e-3, rtol: 0});
      expect(variance).toBeAllclose(tf.mul(exact.variance, 128 / 127), {atol: 0, rtol: 2e-3});
    });
  });

  test('leaks no tensor and no memory', async () => {
    const [x, gamma, beta] = [normal([2, 3, 3, 4], 1), normal([4], 2), normal([4], 3)];
    const step = (): void => {
      tf.dispose(gradients(x, gamma, beta, x));
      tf.dispose(run(x, gamma, beta));
    };
    await expectNoLeaks(step);
    const before = tf.engine().backend.numDataIds();
    step();
    expect(tf.engine().backend.numDataIds()).toBe(before);
    tf.dispose([x, gamma, beta]);
  });
});
