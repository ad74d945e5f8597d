import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import {nativeOnly} from '@contrastive/testing';
import {beforeAll, describe, expect} from 'vitest';
import {infoNCE, ntXent, type LossInput} from '../src/index.js';
import type {AnyLoss} from './evaluate.js';

/** Pairs of the large batch, and numbers in a projection. */
const [pairs, d] = [16_384, 128];

/** What the large batch may take above its inputs, in MB; one of the plain form's matrices takes 4,295. */
const allowed = 1000;

/** How much longer than the plain form blocks may take, at 1,024 pairs. */
const slowdown = 1.5;

const random = (rows: number, seed: number): tf.Tensor2D => tf.randomNormal([rows, d], 0, 1, 'float32', seed);

/** A number of MB from the process's own accounts. */
const megabytes = (entry: 'VmHWM' | 'VmRSS'): number =>
  Number(new RegExp(`${entry}:\\s+(\\d+) kB`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1000;

/** Loss and gradients of both views, with the numbers read. */
function step(loss: AnyLoss, {z1, z2, ...rest}: LossInput): number {
  const input = (a: tf.Tensor, b: tf.Tensor): LossInput => ({...rest, z1: a as tf.Tensor2D, z2: b as tf.Tensor2D});
  const {value, grads} = tf.valueAndGrads((a, b) => loss(input(a, b) as Parameters<AnyLoss>[0]))([z1, z2]);
  const [[number], ...slopes] = [value, ...grads].map(x => x.dataSync());
  tf.dispose([value, grads]);
  if (!slopes.every(slope => slope.every(Number.isFinite))) throw new Error('the gradient is not finite');
  return number;
}

const forms: [name: string, make: (blockSize?: number) => AnyLoss, negatives: number][] = [
  ['ntXent', blockSize => ntXent({temperature: 0.5, blockSize}), 0],
  ['infoNCE', blockSize => infoNCE({temperature: 0.2, blockSize}), 65_536],
];

const batch = (n: number, k: number): LossInput => ({
  z1: random(n, 1),
  z2: random(n, 2),
  ...(k > 0 && {negatives: random(k, 3)}),
});

const free = (given: LossInput): void => {
  tf.dispose(Object.values(given) as tf.Tensor[]);
};

/** What the process takes before anything large: allocators keep what they once had, so that later is no start. */
let atStart: number;

beforeAll(() => {
  for (const [, make, negatives] of forms) {
    const small = batch(256, Math.min(negatives, 256));
    step(make(64), small); // what TensorFlow allocates once
    free(small);
  }
  atStart = existsSync('/proc/self/status') ? megabytes('VmRSS') : NaN;
});

describe.each(forms)('%s', (_, make, negatives) => {
  nativeOnly(
    `${pairs} pairs take minutes elsewhere`,
    `${pairs} pairs in blocks of 256 take less than ${allowed} MB`,
    () => {
      if (!existsSync('/proc/self/clear_refs'))
        throw new Error('The peak of memory is read from /proc, which Linux has.');
      const large = batch(pairs, negatives);
      const inputs = (4 * d * (2 * pairs + negatives)) / 1e6;
      writeFileSync('/proc/self/clear_refs', '5'); // the peak starts anew
      const value = step(make(256), large);
      const peak = megabytes('VmHWM') - atStart - inputs;
      console.log(`${peak.toFixed(0)} MB above the inputs`);
      // Views at random: the positive is one of about 2n − 1 equal rows, or of k + 1.
      expect(value).toBeGreaterThan(Math.log(negatives || 2 * pairs) - 1);
      expect(peak).toBeLessThan(allowed);
      free(large);
    },
  );

  nativeOnly(
    'the bound is for native TensorFlow',
    `1,024 pairs in blocks of 256 take at most ${slowdown} times as long`,
    () => {
      const given = batch(1024, Math.min(negatives, 4096));
      const timed = (loss: AnyLoss): number => {
        const start = performance.now();
        step(loss, given);
        return performance.now() - start;
      };
      const [plain, blocked] = [make(), make(256)];
      const rounds = Array.from({length: 12}, () => [timed(plain), timed(blocked)]).slice(2);
      const [whole, blocks] = [0, 1].map(form => Math.min(...rounds.map(round => round[form])));
      console.log(`whole ${whole.toFixed(0)} ms, blocks ${blocks.toFixed(0)} ms`);
      expect(blocks).toBeLessThan(slowdown * whole);
      free(given);
    },
  );
});
