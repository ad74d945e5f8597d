import * as tf from '@tensorflow/tfjs-core';
import {expectNoLeaks} from '@contrastive/testing';
import {describe, expect, expectTypeOf, test} from 'vitest';
import {
  barlowTwins,
  decoupled,
  infoNCE,
  negativeCosine,
  ntXent,
  stopGradient,
  supCon,
  type InfoNCEInput,
  type Loss,
  type LossInput,
  type SupConInput,
} from '../src/index.js';
import {wave} from './evaluate.js';

/** A method without a queue and without labels. */
const plainMethod = (loss: Loss): Loss => loss;

/** A method that gives labels. */
const labelMethod = (loss: Loss<SupConInput>): Loss<SupConInput> => loss;

/** A method with a queue. */
const queueMethod = (loss: Loss<InfoNCEInput>): Loss<InfoNCEInput> => loss;

describe('who takes which loss, as the compiler sees it', () => {
  test('a method without a queue and labels', () => {
    for (const loss of [ntXent(), decoupled(), negativeCosine(), barlowTwins()]) expect(plainMethod(loss)).toBe(loss);
    // @ts-expect-error: the queue that it needs is not there
    plainMethod(infoNCE());
    // @ts-expect-error: the labels that it needs are not there
    plainMethod(supCon());
  });

  test('a method that gives labels', () => {
    for (const loss of [supCon(), ntXent(), decoupled(), negativeCosine(), barlowTwins()])
      expect(labelMethod(loss)).toBe(loss);
    // @ts-expect-error: the queue that it needs is not there
    labelMethod(infoNCE());
  });

  test('a method with a queue', () => {
    queueMethod(infoNCE());
    queueMethod(ntXent()); // it compiles, and throws when it is given the queue
    // @ts-expect-error: the labels that it needs are not there
    queueMethod(supCon());
  });

  test('losses of a user', () => {
    expectTypeOf((input: LossInput) => tf.mean<tf.Scalar>(input.z1)).toExtend<Loss>();
    expectTypeOf((input: SupConInput) => tf.mean<tf.Scalar>(input.z1)).not.toExtend<Loss>();
    expectTypeOf<Loss<InfoNCEInput>>().not.toExtend<Loss>();
    expectTypeOf<Loss>().toExtend<Loss<InfoNCEInput>>();
  });

  test('an input without what the loss needs', () => {
    tf.tidy(() => {
      const views = {z1: tf.ones<tf.Rank.R2>([2, 3]), z2: tf.ones<tf.Rank.R2>([2, 3])};
      // @ts-expect-error: no negatives
      expect(() => infoNCE()(views)).toThrow(TypeError);
      // @ts-expect-error: no labels
      expect(() => supCon()(views)).toThrow(TypeError);
    });
  });
});

test('losses with a temperature state it', () => {
  expect(ntXent({temperature: 0.5}).temperature).toBe(0.5);
  expect([ntXent(), infoNCE(), decoupled(), supCon()].map(({temperature}) => temperature)).toEqual([
    0.1, 0.07, 0.1, 0.1,
  ]);
  expect([negativeCosine(), barlowTwins()].map(({temperature}) => temperature)).toEqual([undefined, undefined]);
});

test.each([undefined, 2])('no gradient leads to the negatives of infoNCE, block size %s', blockSize => {
  const [z1, z2, negatives] = [4, 4, 5].map((rows, i) => tf.variable(tf.tensor2d(wave(rows, 3, i))));
  const loss = infoNCE({blockSize});
  const {value, grads} = tf.variableGrads(() => loss({z1, z2, negatives}), [z1, z2, negatives]);
  expect(Object.keys(grads)).not.toContain(negatives.name);
  expect(grads[z1.name].shape).toEqual([4, 3]);
  expect(grads[z2.name].shape).toEqual([4, 3]);
  tf.dispose([value, grads, z1, z2, negatives]);
});

test('stopGradient keeps the values and lets no gradient through', async () => {
  const x = tf.variable(tf.tensor2d(wave(4, 3, 0)));
  const stopped = stopGradient(x);
  expect(stopped).toBeAllclose(x, {rtol: 0, atol: 0});
  const step = (): tf.Tensor => {
    const {value, grads} = tf.variableGrads(() => tf.sum(tf.mul(x, stopGradient(x))), [x]);
    value.dispose();
    return grads[x.name];
  };
  const slope = step();
  expect(slope).toBeAllclose(x, {rtol: 0, atol: 0}); // half of the gradient of x²
  await expectNoLeaks(() => {
    step().dispose();
  });
  tf.dispose([x, stopped, slope]);
});
