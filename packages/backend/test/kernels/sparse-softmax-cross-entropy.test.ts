import {expectNoLeaks, golden} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import {describe, expect, test} from 'vitest';
import {hasKernel} from '../../src/kernels/register.js';
import {type GoldenTensor, tensorOf} from './golden-tensor.js';

/** Float32 against float64, with logits up to 20. */
const float32 = {atol: 1e-5, rtol: 1e-5};

type Case = Record<'logits' | 'dy' | 'loss' | 'dlogits', GoldenTensor> & {labels: number[]};
const {crossEntropy} = golden(import.meta.url, 'kernels') as {crossEntropy: Case};

const losses = (logits: tf.Tensor, labels: number[]): tf.Tensor =>
  tf
    .engine()
    .runKernel<tf.Tensor[]>('SparseSoftmaxCrossEntropy', {logits, labels: tf.tensor1d(labels, 'int32')}, {})[0];

describe.skipIf(!hasKernel('SparseSoftmaxCrossEntropy'))('SparseSoftmaxCrossEntropy', () => {
  test('is torch.nn.functional.cross_entropy, row by row, with its gradient', () => {
    tf.tidy(() => {
      const [logits, dy] = [tensorOf(crossEntropy.logits), tensorOf(crossEntropy.dy)];
      expect(losses(logits, crossEntropy.labels)).toBeAllclose(crossEntropy.loss.values, float32);
      const gradient = tf.grad(x => losses(x, crossEntropy.labels))(logits, dy);
      expect(gradient.shape).toEqual(logits.shape);
      expect(gradient).toBeAllclose(crossEntropy.dlogits.values, float32);
    });
  });

  test('logits of thousands overflow nowhere', () => {
    tf.tidy(() => {
      const logits = tf.tensor2d([
        [5000, 0, -5000],
        [5000, 0, -5000],
      ]);
      expect(losses(logits, [0, 1])).toBeAllclose([0, 5000], float32);
    });
  });

  test('leaks no tensor', () =>
    expectNoLeaks(() => {
      tf.tidy(() => {
        tf.grad(x => losses(x, crossEntropy.labels))(tensorOf(crossEntropy.logits), tensorOf(crossEntropy.dy));
      });
    }));
});
