import {expectNoLeaks, golden, nativeOnly} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import {afterAll, expect} from 'vitest';
import {registerNormRelu} from '../../src/kernels/tensorflow/norm-relu.js';
import {type KernelSet, loadKernels} from '../../src/native/load-kernels.js';
import {findNativePackage} from '../../src/native/native-package.js';
import {normal} from './against-cpu.js';

const why = 'the kernels are for its processor';
const epsilon = 1e-5;
const rate = 0.1;
/** Float32 against float64. */
const float32 = {atol: 2e-5, rtol: 2e-5};
/** The same of gradients in γ and β, sums over up to 20,000 terms of size 1. */
const sums = {atol: 2e-4, rtol: 2e-5};

interface Case {
  readonly shape: number[];
  readonly relu: boolean;
  readonly shortcut: boolean;
  /** Added to x. */
  readonly offset: number;
  /** One value in so many of y, dx and dshortcut. */
  readonly every: number;
  readonly y: number[];
  readonly mean: number[];
  readonly variance: number[];
  readonly dx: number[];
  readonly dgamma: number[];
  readonly dbeta: number[];
  readonly dshortcut?: number[];
}
const {normRelu} = golden(import.meta.url, 'kernels') as {normRelu: Case[]};

/** The formula of the golden values' inputs. */
const wave = (shape: number[], step: number, start = 0, add = 0): tf.Tensor =>
  tf.tensor(
    Float32Array.from({length: tf.util.sizeFromShape(shape)}, (_, i) => Math.sin(i * step + start) + add),
    shape,
  );

interface Inputs {
  readonly x: tf.Tensor;
  readonly gamma: tf.Tensor;
  readonly beta: tf.Tensor;
  readonly shortcut?: tf.Tensor;
}

const run = ({x, gamma, beta, shortcut}: Inputs, relu: boolean): tf.Tensor[] => {
  const running = {runningMean: tf.onesLike(gamma), runningVariance: tf.onesLike(gamma)};
  const inputs = {x, gamma, beta, ...running, ...(shortcut && {shortcut})};
  return tf.engine().runKernel(shortcut ? 'NormAddRelu' : 'NormRelu', inputs, {epsilon, rate, relu});
};

const gradients = (inputs: Inputs, relu: boolean, dy: tf.Tensor): tf.Tensor[] => {
  const given = [inputs.x, inputs.gamma, inputs.beta, ...(inputs.shortcut ? [inputs.shortcut] : [])];
  return tf.grads((x, gamma, beta, shortcut?: tf.Tensor) => run({x, gamma, beta, shortcut}, relu)[0])(given, dy);
};

const every = (step: number, values: tf.Tensor): number[] => [...values.dataSync()].filter((_, i) => i % step === 0);

const native = findNativePackage();
const sets: readonly KernelSet[] = native ? loadKernels(native) : [];
afterAll(() => {
  const best = sets.at(-1);
  if (best) registerNormRelu(best);
});

for (const values of normRelu) {
  const {shape, offset, relu} = values;
  nativeOnly(
    why,
    `batch_norm, + and relu of torch: ${JSON.stringify({shape, relu, shortcut: values.shortcut})}`,
    () => {
      expect(sets).toContain('Avx2');
      for (const set of sets) {
        registerNormRelu(set);
        tf.tidy(() => {
          const c = shape[shape.length - 1];
          const dy = wave(shape, 2.3, 0.5);
          const inputs = {
            x: wave(shape, 1.7, 0, offset),
            gamma: tf.add(1, tf.div(wave([c], 0.9), 2)),
            beta: wave([c], 0.4, 1),
            ...(values.shortcut && {shortcut: wave(shape, 1.1, 0.2)}),
          };
          const [y, mean, variance, statistics] = run(inputs, relu);
          expect(y.shape).toEqual(shape);
          expect(every(values.every, y)).toBeAllclose(values.y, float32);
          expect(mean).toBeAllclose(values.mean, float32);
          expect(variance).toBeAllclose(values.variance, float32);
          const [dx, dgamma, dbeta, dshortcut] = gradients(inputs, relu, dy);
          expect(dx.shape).toEqual(shape);
          expect(every(values.every, dx)).toBeAllclose(values.dx, float32);
          expect(dgamma).toBeAllclose(values.dgamma, sums);
          expect(dbeta).toBeAllclose(values.dbeta, sums);
          if (values.dshortcut) {
            expect(every(values.every, dshortcut)).toBeAllclose(values.dshortcut, float32);
          } else {
            const {x, gamma, beta} = inputs;
            const again: tf.Tensor = tf.engine().runKernel('NormReluAgain', {x, gamma, beta, statistics}, {relu});
            expect(again.dataSync()).toEqual(y.dataSync());
            const own = tf.engine().runKernel<tf.Tensor>('NormMoments', {x});
            const [means, biased, lost] = tf.unstack(own);
            const [rounded, inverse, alsoLost] = tf.unstack(statistics);
            expect(means.dataSync()).toEqual(rounded.dataSync());
            expect(lost.dataSync()).toEqual(alsoLost.dataSync());
            const other = tf.add(own, tf.tensor2d([0.3, 0.1, 0], [3, 1])); // further, and spread a little more
            const moments = tf.concat([own, other]);
            const [merged, mean, spread] = tf.engine().runKernel<tf.Tensor[]>('NormMerged', {moments}, {epsilon});
            expect(mean).toBeAllclose(tf.add(means, 0.15), float32);
            expect(spread).toBeAllclose(tf.add(biased, 0.05 + 0.15 ** 2), float32);
            expect(tf.unstack(merged)[1]).toBeAllclose(tf.rsqrt(tf.add(spread, epsilon)), float32);
            expect(tf.rsqrt(tf.add(biased, epsilon))).toBeAllclose(inverse, float32);
            const given = {dy, x, gamma, beta, statistics};
            const halves = tf.engine().runKernel<tf.Tensor[]>('NormReluGradSums', given, {relu});
            expect(halves.map(sum => sum.dataSync())).toEqual([dgamma.dataSync(), dbeta.dataSync()]);
            const whole = {...given, dgamma, dbeta};
            const carried = tf.engine().runKernel<tf.Tensor>('NormReluGradOfSums', whole, {relu});
            expect(every(values.every, carried)).toBeAllclose(values.dx, float32);
          }
        });
      }
    },
  );
}

nativeOnly(why, 'a mean far from zero costs no digits', () => {
  tf.tidy(() => {
    const near = normal([8, 4, 4, 6], 5);
    const x = tf.add(near, 1000); // rounded to 2⁻¹⁴
    const [gamma, beta] = [tf.ones([6]), tf.zeros([6])];
    const [y] = run({x, gamma, beta}, false);
    const exact = tf.moments(tf.reshape(tf.sub(x, 1000), [-1, 6]), 0); // the same values, exact in float32
    const expected = tf.div(tf.sub(tf.sub(x, 1000), exact.mean), tf.sqrt(tf.add(exact.variance, epsilon)));
    expect(y).toBeAllclose(expected, float32);
  });
});

nativeOnly(why, 'what is no number stays none', () => {
  tf.tidy(() => {
    const x = tf.tensor2d([NaN, 1, 2, 3], [2, 2]);
    const [y] = run({x, gamma: tf.ones([2]), beta: tf.zeros([2])}, true);
    expect([...y.dataSync()].map(Number.isNaN)).toEqual([true, false, true, false]);
  });
});

nativeOnly(why, 'says what does not fit', () => {
  tf.tidy(() => {
    const vectors = {gamma: tf.ones([3]), beta: tf.zeros([3])};
    expect(() => run({x: tf.ones([4, 2]), ...vectors}, true)).toThrow('other channels than');
    expect(() => run({x: tf.ones([4, 3]), ...vectors, shortcut: tf.ones([2, 3])}, true)).toThrow('another size');
  });
});

for (const withShortcut of [false, true]) {
  nativeOnly(why, `leaks no tensor and no memory, shortcut ${withShortcut}`, async () => {
    const x = normal([2, 3, 3, 4], 1);
    const inputs = {
      x,
      gamma: normal([4], 2),
      beta: normal([4], 3),
      ...(withShortcut && {shortcut: normal([2, 3, 3, 4], 4)}),
    };
    const step = (): void => {
      tf.tidy(() => {
        gradients(inputs, true, x);
        run(inputs, false);
      });
    };
    await expectNoLeaks(step);
    const before = tf.engine().backend.numDataIds();
    step();
    expect(tf.engine().backend.numDataIds()).toBe(before);
    tf.dispose({...inputs});
  });
}
