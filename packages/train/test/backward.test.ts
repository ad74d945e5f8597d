import * as tf from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';
import {expectNoLeaks} from '@contrastive/testing';
import {valueAndGradients} from '../src/backward.js';

/** Both walk the same tape with the same gradient functions; only the order of sums may differ. */
const sameSums = {atol: 1e-6, rtol: 1e-6};

const vector = (...values: number[]): tf.Variable => tf.variable(tf.tensor1d(values));

/** Compares with the stock backward pass. */
function expectAsStock(f: () => tf.Scalar, variables: tf.Variable[]): void {
  const ours = valueAndGradients(f, variables);
  const stock = tf.variableGrads(f, variables);
  expect(ours.value).toBeAllclose(stock.value, sameSums);
  variables.forEach(({name}, i) => {
    expect(ours.gradients[i]).toBeDefined();
    expect(ours.gradients[i] ?? NaN).toBeAllclose(stock.grads[name], sameSums);
  });
  tf.dispose([ours.value, [...ours.gradients], stock.value, stock.grads]);
}

/** Multiplies two tensors; one gradient tensor serves both. */
const twin = tf.customGrad((a, b) => {
  const [x, y] = [a as tf.Tensor, b as tf.Tensor];
  return {
    value: tf.add(x, y),
    gradFunc: (dy: tf.Tensor) => {
      const shared = tf.mul(dy, 3);
      return [shared, shared];
    },
  };
});

test('agrees with the stock pass on branches, several outputs and repeated inputs', () => {
  const [a, b] = [vector(1, 2, 3, 4), vector(0.5, -1, 2, 0.1)];
  expectAsStock(() => {
    const [left, right] = tf.split(tf.mul(a, b), 2);
    const unused = tf.square(b);
    return tf.sum<tf.Scalar>(
      tf.concat([tf.square(left), tf.mul(left, right), tf.mul(a, a), tf.relu(tf.sub(b, tf.mean(unused)))]),
    );
  }, [a, b]);
  tf.dispose([a, b]);
});

test('takes one gradient tensor for two inputs, also where one of them has a gradient already', () => {
  const [a, b] = [vector(1, 2), vector(3, 4)];
  expectAsStock(() => {
    const [x, y] = [tf.mul(a, 2), tf.mul(b, 5)];
    const joined = twin(x, y);
    const other = tf.square(x); // x gets a gradient here before `twin` gives it another
    return tf.sum<tf.Scalar>(tf.add(joined, other));
  }, [a, b]);
  expectAsStock(() => tf.sum<tf.Scalar>(twin(tf.mul(a, 2), tf.mul(a, 2))), [a]);
  tf.dispose([a, b]);
});

test('leaves a constant alone that a gradient function returns', () => {
  const [a, mask] = [vector(1, 2), tf.tensor1d([1, 0])];
  const masked = tf.customGrad(x => ({value: tf.mul(x as tf.Tensor, mask), gradFunc: () => mask}));
  for (let step = 0; step < 2; step++) {
    const {value, gradients} = valueAndGradients(() => tf.sum(masked(tf.mul(a, 2))), [a]);
    expect(gradients[0] ?? NaN).toBeAllclose([2, 0]);
    tf.dispose([value, [...gradients]]);
  }
  expect(mask.isDisposed).toBe(false);
  tf.dispose([a, mask]);
});

test('gives undefined for a variable that the value does not depend on', () => {
  const [a, b] = [vector(1, 2), vector(3, 4)];
  const {value, gradients} = valueAndGradients(() => tf.sum(tf.square(a)), [a, b]);
  expect(gradients[0] ?? NaN).toBeAllclose([2, 4]);
  expect(gradients[1]).toBeUndefined();
  tf.dispose([value, [...gradients], a, b]);
});

test('refuses a value that is no scalar, and leaks nothing', () => {
  const a = vector(1, 2);
  const before = tf.memory().numTensors;
  expect(() => valueAndGradients(() => tf.square(a) as tf.Tensor as tf.Scalar, [a])).toThrow(
    /float32 scalar as loss, got float32 of shape \[2\]/,
  );
  expect(tf.memory().numTensors).toBe(before);
  a.dispose();
});

test('leaks nothing', async () => {
  const [a, b] = [vector(1, 2), vector(3, 4)];
  await expectNoLeaks(() => {
    const {value, gradients} = valueAndGradients(() => tf.sum(tf.mul(twin(tf.square(a), b), tf.sigmoid(a))), [a, b]);
    tf.dispose([value, [...gradients]]);
  });
  tf.dispose([a, b]);
});
