import {expectNoLeaks, nativeOnly} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import {expect} from 'vitest';
import {normal} from './against-cpu.js';

/** Weights of many sizes, larger and smaller than what a thread takes at a time; a single number, and none. */
const many = [[200_003], [], [0], [1], [3, 3, 16, 64], [65_536], [2, 0, 5], [65_537], [17]];
/** Lists of shapes: many, few enough for one thread, one small, one large, one without any number. */
const lists = [many, [[5], [], [0], [300]], [[1]], [[131_073]], [[0]]];

/** The bits of each tensor. */
const bitsOf = (tensors: readonly tf.Tensor[]): Buffer[] =>
  tensors.map(one => Buffer.from(Float32Array.from(one.dataSync()).buffer));

/** Which tensors have other bits. */
const differing = (one: readonly Buffer[], other: readonly Buffer[]): number[] =>
  one.flatMap((bits, i) => (bits.equals(other[i]) ? [] : [i]));

const tensors = (shapes: readonly number[][], seed: number): tf.Tensor[] =>
  shapes.map((shape, i) => normal(shape, seed + i));

type Lists = readonly (readonly tf.Tensor[])[];

function run(kernel: string, given: Lists, settings: number[]): tf.Tensor[] {
  const inputs = [...given.flat(), tf.tensor1d(settings)];
  return tf.engine().runKernel<tf.Tensor[]>(kernel, Object.fromEntries(inputs.entries()));
}

/** Compares the results with the expected ones, and what was given with itself. */
function compare(kernel: string, given: Lists, settings: number[], expected: tf.Tensor[]): void {
  const before = bitsOf(given.flat());
  const results = run(kernel, given, settings);
  expect(results.map(({shape}) => shape)).toEqual(expected.map(({shape}) => shape));
  expect(differing(bitsOf(results), bitsOf(expected)), `${kernel} with ${settings.join(', ')}`).toEqual([]);
  expect(differing(bitsOf(given.flat()), before), 'results are in new memory').toEqual([]);
}

function compareSgd(shapes: number[][], nesterov: number): void {
  const [parameters, gradients, velocities] = [1, 2, 3].map(seed => tensors(shapes, 100 * seed));
  const [rate, momentum] = [0.1, 0.9];
  const decays = shapes.map((_, i) => (i % 2 === 0 ? 0.01 : 0));
  const decayed = parameters.map((w, i) => tf.add(gradients[i], tf.mul(w, decays[i])));
  const newVelocities = velocities.map((v, i) => tf.add(tf.mul(v, momentum), decayed[i]));
  const directions = newVelocities.map((v, i) => (nesterov ? tf.add(decayed[i], tf.mul(v, momentum)) : v));
  const newParameters = parameters.map((w, i) => tf.sub(w, tf.mul(directions[i], rate)));
  const settings = [rate, momentum, nesterov, ...decays];
  compare('SgdStep', [parameters, gradients, velocities], settings, [...newParameters, ...newVelocities]);
}

function compareMomentum(shapes: number[][], momentum: number): void {
  const [targets, sources] = [1, 2].map(seed => tensors(shapes, 100 * seed));
  const expected = targets.map((target, i) => tf.add(tf.mul(target, momentum), tf.mul(sources[i], 1 - momentum)));
  compare('MomentumStep', [targets, sources], [momentum, 1 - momentum], expected);
}

nativeOnly(
  'the kernels are for its processor',
  "updates of all weights are TensorFlow's operations one after the other, bit for bit, and refuse what does not fit",
  async () => {
    for (const shapes of lists) {
      tf.tidy(() => {
        for (const nesterov of [0, 1]) compareSgd(shapes, nesterov);
        for (const momentum of [0.999, 1, 0]) compareMomentum(shapes, momentum);
      });
    }
    const [a, b] = [tensors([[3], [4]], 1), tensors([[3], [5]], 1)];
    const settings = [0.1, 0.9, 0, 0, 0];
    await expectNoLeaks(() => {
      tf.tidy(() => {
        expect(() => run('SgdStep', [a, b, a], settings)).toThrow('parameter, gradient and velocity differ in size');
        expect(() => run('SgdStep', [a, a, b], settings)).toThrow('parameter, gradient and velocity differ in size');
        expect(() => run('SgdStep', [a, a, a], [0.1, 0.9, 0, 0])).toThrow('the weight decay of each');
        expect(() => run('MomentumStep', [a, b], [0.9, 0.1])).toThrow('target and source differ in size');
        expect(() => run('MomentumStep', [a, a], [0.9])).toThrow('expected [stays, comes]');
        run('SgdStep', [a, a, a], settings);
        run('MomentumStep', [a, a], [0.9, 0.1]);
      });
    });
    tf.dispose([a, b]);
  },
);
