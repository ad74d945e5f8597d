import {describe, expect, test} from 'vitest';
import {barlowTwins, infoNCE, ntXent} from '../src/index.js';
import {evaluate, unit, wave} from './evaluate.js';
import {softmaxes, useSoftmax} from './without-kernel.js';

/** Ours are in float32, the paper's algorithm in float64. */
const float32 = {rtol: 2e-5, atol: 1e-6};

const dot = (a: number[], b: number[]): number => a.reduce((sum, x, i) => sum + x * b[i], 0);

/** Algorithm 1 of SimCLR, line by line in float64. */
function algorithm1(z1: number[][], z2: number[][], temperature: number): number {
  const n = z1.length;
  const z = z1.flatMap((row, k) => [row, z2[k]]); // z₂ₖ₋₁ and z₂ₖ are the views of image k
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

/** Equation 1 of MoCo, the mean over the queries, in float64. */
function equation1(z1: number[][], z2: number[][], negatives: number[][], temperature: number): number {
  const [queries, keys] = [unit(z1), unit(z2)];
  const losses = queries.map((q, i) => {
    const positive = Math.exp(dot(q, keys[i]) / temperature);
    return -Math.log(positive / negatives.reduce((sum, row) => sum + Math.exp(dot(q, row) / temperature), positive));
  });
  return losses.reduce((sum, x) => sum + x, 0) / losses.length;
}

describe.each(softmaxes)('softmax %s', how => {
  useSoftmax(how);

  describe.each([undefined, 1, 4, 100])('block size %s', blockSize => {
    test.each([
      [1, 2],
      [2, 1],
      [3, 16],
      [7, 5],
    ])('NT-Xent equals algorithm 1 of the paper for %s pairs of %s numbers', (n, d) => {
      for (const temperature of [0.1, 1, 10]) {
        const [z1, z2] = [wave(n, d, 0.2), wave(n, d, 1.1)];
        expect(evaluate(ntXent({temperature, blockSize}), {z1, z2})).toBeAllclose(
          algorithm1(z1, z2, temperature),
          float32,
        );
      }
    });

    test.each([2, 4, 32])('NT-Xent of %s identical pairs is ln(2n − 1)', n => {
      const rows = Array.from({length: n}, () => [0.3, -1, 2]);
      for (const temperature of [0.01, 0.5]) {
        expect(evaluate(ntXent({temperature, blockSize}), {z1: rows, z2: rows})).toBeAllclose(
          Math.log(2 * n - 1),
          float32,
        );
      }
    });

    test('NT-Xent of one pair is 0', () => {
      expect(evaluate(ntXent({blockSize}), {z1: [[1, 2]], z2: [[-2, 1]]})).toBe(0);
    });

    test.each([1, 2, 4096])('InfoNCE with %s negatives, all of them the key, is ln(k + 1)', k => {
      const rows = [
        [0.3, -1, 2],
        [3, -10, 20],
      ];
      const negatives = Array.from({length: k}, () => unit(rows)[0]);
      expect(evaluate(infoNCE({blockSize}), {z1: rows, z2: rows, negatives})).toBeAllclose(Math.log(k + 1), float32);
    });

    test.each([
      [1, 2, 1],
      [3, 16, 7],
      [9, 5, 2],
    ])(
      'InfoNCE equals equation 1 of MoCo for %s queries of %s numbers and %s negatives, which are taken as they are',
      (n, d, k) => {
        const [z1, z2] = [wave(n, d, 0.2), wave(n, d, 1.1)];
        const negatives = wave(k, d, 2.3); // not of length 1, so that normalising them would show
        for (const temperature of [0.2, 1]) {
          expect(evaluate(infoNCE({temperature, blockSize}), {z1, z2, negatives})).toBeAllclose(
            equation1(z1, z2, negatives, temperature),
            float32,
          );
        }
      },
    );
  });
});

test('Barlow Twins over 2048 columns has the digits of double precision, though most terms are small', () => {
  const [n, d] = [32, 2048];
  const [z1, z2] = [wave(n, d, 0.2), wave(n, d, 1.1)];
  const standard = (z: number[][]) => {
    const mean = z[0].map((_, j) => z.reduce((sum, row) => sum + row[j], 0) / n);
    const variance = mean.map((m, j) => z.reduce((sum, row) => sum + (row[j] - m) ** 2, 0) / n);
    return z.map(row => row.map((x, j) => (x - mean[j]) / Math.sqrt(variance[j] + 1e-5)));
  };
  const [a, b] = [standard(z1), standard(z2)];
  let expected = 0;
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      let c = 0;
      for (let k = 0; k < n; k++) c += a[k][i] * b[k][j];
      expected += i === j ? (1 - c / n) ** 2 : 0.005 * (c / n) ** 2;
    }
  }
  expect(evaluate(barlowTwins(), {z1, z2})).toBeAllclose(expected, {rtol: 1e-5, atol: 0});
});
