import * as tf from '@tensorflow/tfjs-core';
import {expectNoLeaks, golden} from '@contrastive/testing';
import {afterAll, beforeAll, describe, expect, expectTypeOf, test} from 'vitest';
import {ntXent, type Loss, type LossInput} from '../src/index.js';

/** Golden values are in float64, ours in float32; similarities are divided by the temperature, which multiplies their rounding. */
const float32 = {rtol: 2e-5, atol: 1e-6};

interface Case {
  readonly name: string;
  readonly temperature: number;
  readonly z1: number[][];
  readonly z2: number[][];
  readonly loss: number;
  readonly grad1: number[][];
  readonly grad2: number[][];
}
const cases = golden(import.meta.url, 'losses') as {readonly published: Record<string, number>; readonly ntXent: Case[]};

const wave = (rows: number, columns: number, phase: number): number[][] =>
  Array.from({length: rows}, (_, i) => Array.from({length: columns}, (_, j) => Math.sin(phase + 0.7 * i + 0.3 * j) * (1 + i)));

const evaluate = (loss: Loss, z1: number[][], z2: number[][]): number =>
  tf.tidy(() => loss({z1: tf.tensor2d(z1), z2: tf.tensor2d(z2)}).dataSync()[0]);

const gradients = (loss: Loss, z1: number[][], z2: number[][]): tf.Tensor[] =>
  tf.tidy(() => tf.grads((a, b) => loss({z1: a as tf.Tensor2D, z2: b as tf.Tensor2D}))([tf.tensor2d(z1), tf.tensor2d(z2)]));

/** Algorithm 1 of the paper, line by line in float64. */
function algorithm1(z1: number[][], z2: number[][], temperature: number): number {
  const n = z1.length;
  const z = z1.flatMap((row, k) => [row, z2[k]]); // z₂ₖ₋₁ and z₂ₖ are the views of image k
  const dot = (a: number[], b: number[]): number => a.reduce((sum, x, i) => sum + x * b[i], 0);
  const s = z.map(a => z.map(b => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))));
  const l = (i: number, j: number): number => {
    let sum = 0;
    for (let k = 0; k < 2 * n; k++) if (k !== i) sum += Math.exp(s[i][k] / temperature);
    return -Math.log(Math.exp(s[i][j] / temperature) / sum);
  };
  let total = 0;
  for (let k = 0; k < n; k++) total += l(2 * k, 2 * k + 1) + l(2 * k + 1, 2 * k);
  return total / (2 * n);
}

/** Takes the fused kernel away from the tests of a group that is to run composed. */
function useKernelOr(how: string): void {
  if (!how.startsWith('composed')) return;
  // The registry's type omits that it answers nothing for a kernel that it does not have.
  const kernel = tf.getKernel('SparseSoftmaxCrossEntropy', tf.getBackend()) as tf.KernelConfig | undefined;
  if (kernel == null) return;
  beforeAll(() => {
    tf.unregisterKernel(kernel.kernelName, kernel.backendName);
  });
  afterAll(() => {
    tf.registerKernel(kernel);
  });
}

describe.each(['as the backend runs it', 'composed of stock operations'])('value, %s', how => {
  useKernelOr(how);

  test.each([0.07, 0.1, 0.2, 0.5, 1])('equals the reference value at temperature %s', temperature => {
    const views = (phase: number, step: number): number[][] =>
      Array.from({length: 4}, (_, i) => Array.from({length: 3}, (_, j) => Math.sin(phase + 0.7 * i + step * j)));
    const key = `ntxent_N4_d3_t${Number.isInteger(temperature) ? temperature.toFixed(1) : String(temperature)}`;
    expect(evaluate(ntXent({temperature}), views(0.1, 0.3), views(0.25, 0.35))).toBeAllclose(cases.published[key], float32);
  });

  test.each([
    [1, 2],
    [2, 1],
    [3, 16],
    [7, 5],
  ])('equals algorithm 1 of the paper for %s pairs of %s numbers', (n, d) => {
    for (const temperature of [0.1, 1, 10]) {
      const [a, b] = [wave(n, d, 0.2), wave(n, d, 1.1)];
      expect(evaluate(ntXent({temperature}), a, b)).toBeAllclose(algorithm1(a, b, temperature), float32);
    }
  });

  test.each(cases.ntXent)('equals PyTorch: $name', ({temperature, z1, z2, loss, grad1, grad2}) => {
    expect(evaluate(ntXent({temperature}), z1, z2)).toBeAllclose(loss, float32);
    const [dz1, dz2] = gradients(ntXent({temperature}), z1, z2);
    const scale = Math.max(...[...grad1, ...grad2].flat().map(Math.abs));
    // Each number of a gradient is a sum of terms of the size of the largest, and rounds as they do.
    expect(dz1).toBeAllclose(grad1, {rtol: 1e-4, atol: 3e-5 * scale});
    expect(dz2).toBeAllclose(grad2, {rtol: 1e-4, atol: 3e-5 * scale});
    tf.dispose([dz1, dz2]);
  });
});

describe.each(['as the backend runs it', 'composed of stock operations'])('edges, %s', how => {
  useKernelOr(how);

  test.each([2, 4, 32])('identical rows give ln(2n − 1), %s pairs', n => {
    const rows = Array.from({length: n}, () => [0.3, -1, 2]);
    for (const temperature of [0.01, 0.5]) expect(evaluate(ntXent({temperature}), rows, rows)).toBeAllclose(Math.log(2 * n - 1), float32);
  });

  test('one pair gives 0', () => {
    expect(evaluate(ntXent(), [[1, 2]], [[-2, 1]])).toBe(0);
  });

  test.each([
    ['zero rows', [[0, 0], [1, 2]], [[0, 0], [0, 0]]],
    ['identical rows', [[1, 2], [1, 2]], [[1, 2], [1, 2]]],
    ['opposite rows', [[1, 0], [-1, 0]], [[-1, 0], [1, 0]]],
    ['tiny and huge rows', [[1e-15, 0], [1e15, 1e15]], [[1e-20, 1e-20], [1e-3, 1e15]]],
  ])('value and gradient are finite for %s at temperature 0.01', (_, z1, z2) => {
    const loss = ntXent({temperature: 0.01});
    const grads = gradients(loss, z1, z2);
    expect([evaluate(loss, z1, z2), ...grads.flatMap(grad => Array.from(grad.dataSync()))].every(Number.isFinite)).toBe(true);
    tf.dispose(grads);
  });
});

describe.each([
  [2, 3, 0.5],
  [6, 4, 0.2],
  [9, 2, 0.1],
  [17, 33, 0.05],
])('for %s pairs of %s numbers at temperature %s', (n, d, temperature) => {
  const [a, b] = [wave(n, d, 0.2), wave(n, d, 1.1)];
  const loss = ntXent({temperature});

  test('swapping the views changes nothing', () => {
    expect(evaluate(loss, b, a)).toBeAllclose(evaluate(loss, a, b), float32);
  });

  test('permuting the batch changes nothing', () => {
    const permute = (rows: number[][]): number[][] => rows.map((_, i) => rows[(5 * i + 1) % n]); // 5 divides none of the sizes
    expect(evaluate(loss, permute(a), permute(b))).toBeAllclose(evaluate(loss, a, b), float32);
  });

  test('scaling a row changes nothing', () => {
    expect(evaluate(loss, a.map((row, i) => row.map(x => x * (i + 0.5))), b)).toBeAllclose(evaluate(loss, a, b), float32);
  });
});

describe('refuses', () => {
  test.each([0, -1, NaN, Infinity])('temperature %s', temperature => {
    expect(() => ntXent({temperature})).toThrow(new RegExp(`ntXent: temperature must be a positive finite number, got ${String(temperature)}; `));
  });

  test('a temperature that is no number', () => {
    expect(() => ntXent({temperature: '0.1' as never})).toThrow(TypeError);
  });

  test('views that do not fit', () => {
    const input = (z1: tf.Tensor, z2: tf.Tensor): LossInput => ({z1: z1 as tf.Tensor2D, z2: z2 as tf.Tensor2D});
    tf.tidy(() => {
      const loss = ntXent();
      expect(() => loss(input(tf.ones([2, 3]), tf.ones([3, 3])))).toThrow('same shape, got [2, 3] and [3, 3]');
      expect(() => loss(input(tf.ones([2, 3]), tf.ones([2, 4])))).toThrow(RangeError);
      expect(() => loss(input(tf.ones([2, 3, 1]), tf.ones([2, 3])))).toThrow('z1 must be a float32 matrix');
      expect(() => loss(input(tf.ones([2, 3]), tf.ones([2, 3], 'int32')))).toThrow(TypeError);
      expect(() => loss(input(tf.ones([0, 3]), tf.ones([0, 3])))).toThrow('at least one row');
      expect(() => loss({...input(tf.ones([2, 3]), tf.ones([2, 3])), negatives: tf.ones([5, 3])})).toThrow('negatives from the batch');
    });
  });
});

test('states its temperature, and a plain function is a loss too', () => {
  expect(ntXent({temperature: 0.5}).temperature).toBe(0.5);
  expectTypeOf((input: LossInput) => tf.mean<tf.Scalar>(input.z1)).toExtend<Loss>();
  type NeedsNegatives = Loss<LossInput & {readonly negatives: tf.Tensor2D}>;
  expectTypeOf<NeedsNegatives>().not.toExtend<Loss>();
});

test('leaves only its result behind, with and without a tape', async () => {
  const [z1, z2] = [tf.tensor2d(wave(5, 3, 0.2)), tf.tensor2d(wave(5, 3, 1.1))];
  const loss = ntXent();
  await expectNoLeaks(() => {
    loss({z1, z2}).dispose();
    const {value, grads} = tf.valueAndGrads((a, b) => loss({z1: a as tf.Tensor2D, z2: b as tf.Tensor2D}))([z1, z2]);
    tf.dispose([value, grads]);
  });
  expect(z1.isDisposed || z2.isDisposed).toBe(false);
  tf.dispose([z1, z2]);
});
