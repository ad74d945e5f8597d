import {spawnSync} from 'node:child_process';
import {expectNoLeaks, nativeOnly} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import {afterEach, describe, expect, test, vi} from 'vitest';
import type {NativeBackend} from '../../src/kernels/tensorflow/native-backend.js';
import {tileSize} from '../../src/kernels/tensorflow/tile-size.js';
import {convolutionsFromEnvironment, type KernelSet, loadKernels} from '../../src/native/load-kernels.js';
import {findNativePackage} from '../../src/native/native-package.js';
import {normal} from './against-cpu.js';
import {directSums, type Shape} from './direct-sums.js';

/**
 * Largest error by largest number of the result. Those of 16 channels are about 1e-6, of 64 up to 2e-6, of 512 up to
 * 5e-6; of the gradient in the filter up to 2e-6.
 */
const bound = 2e-5;
const why = 'the kernels are for its processor';

/** Every side from 1 to 13, in one dimension and the other; then many channels, many tiles, batches of both. */
const shapes: readonly Shape[] = [
  ...Array.from({length: 13}, (_, i): Shape => [1 + (i % 3), i + 1, 13 - i, 16 + 16 * (i % 4), 16 + 16 * (i % 5)]),
  ...[1, 3, 5, 7, 9, 11, 13].map((side): Shape => [1, side, side, 16, 32]),
  [2, 7, 7, 512, 64],
  [2, 7, 7, 64, 512],
  [4, 4, 4, 512, 512],
  [40, 4, 4, 48, 256], // a filter larger than the images
  [1, 8, 8, 256, 256],
  [3, 16, 16, 80, 144],
  [2, 28, 28, 64, 64],
  [8, 32, 32, 32, 16],
];

const run = (op: string, inputs: tf.Tensor[]): tf.Tensor =>
  (tf.backend() as tf.KernelBackend & NativeBackend).executeSingleOutput(op, [], inputs);

const convolve = (op: string, [x, filter, dy]: readonly tf.Tensor[]): tf.Tensor[] => [
  run(op, [x, filter]),
  run(`${op}InputGrad`, [dy, filter]),
  run(`${op}FilterGrad`, [x, dy]),
];

const operands = ([n, height, width, c, k]: Shape): tf.Tensor[] => [
  normal([n, height, width, c], 1),
  normal([3, 3, c, k], 2),
  normal([n, height, width, k], 3),
];

/** Registers the kernels again, which `useBackend` does once. */
const startAnew = async (): Promise<void> => {
  vi.resetModules();
  const {useBackend} = await import('../../src/use-backend.js');
  await useBackend();
};

const native = findNativePackage();
const sets = (): readonly KernelSet[] => (native ? loadKernels(native) : []);

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('convolutions by tiles of 4×4', () => {
  nativeOnly(why, 'and their gradients are the sums in float64, within a bound, for every set of instructions', () => {
    expect(sets()).toContain('Avx2');
    for (const shape of shapes) {
      tf.tidy(() => {
        const tensors = operands(shape);
        const [x, filter, dy] = tensors.map(tensor => tensor.dataSync());
        const exact = directSums(shape, {x, filter, dy});
        const largest = exact.map(sums => sums.reduce((most, sum) => Math.max(most, Math.abs(sum)), 0));
        for (const set of sets()) {
          convolve(`Contrastive${set}Convolution4x4`, tensors).forEach((result, i) => {
            const values = result.dataSync();
            expect(values).toHaveLength(exact[i].length);
            const error = exact[i].reduce((most, sum, at) => Math.max(most, Math.abs(values[at] - sum)), 0);
            expect(error / largest[i], `${set}, ${shape.join('×')}, result ${i}`).toBeLessThan(bound);
          });
        }
      });
    }
  });

  nativeOnly(why, 'are the same bits for every number of threads', () => {
    const script = `
      const {createHash} = require('node:crypto');
      const tf = require(${JSON.stringify(native?.directory)});
      process.dlopen({exports: {}}, ${JSON.stringify(native?.kernelsAddon)});
      const values = (shape, seed) => tf.tensor(
        Float32Array.from({length: shape.reduce((a, b) => a * b)}, (_, i) => Math.sin(seed * (i + 1))), shape);
      const hashes = Object.fromEntries(${JSON.stringify(sets())}.map(set => [set, createHash('sha256')]));
      for (const [n, side, c, k] of [[9, 13, 32, 48], [2, 7, 512, 256], [5, 16, 128, 144]]) {
        const [x, filter, dy] = [[n, side, side, c], [3, 3, c, k], [n, side, side, k]].map(values);
        for (const [suffix, inputs] of [['', [x, filter]], ['InputGrad', [dy, filter]], ['FilterGrad', [x, dy]]]) {
          for (const [set, hash] of Object.entries(hashes)) {
            const op = 'Contrastive' + set + 'Convolution4x4' + suffix;
            hash.update(tf.backend().executeSingleOutput(op, [], inputs).dataSync());
          }
        }
      }
      console.log('digests', ...Object.values(hashes).map(hash => hash.digest('hex')));`;
    const digests = (threads: number): string[] => {
      const env = {...process.env, TF_NUM_INTRAOP_THREADS: String(threads)};
      const {stdout, stderr} = spawnSync(process.execPath, ['-e', script], {encoding: 'utf8', env});
      const found = /digests (.*)/.exec(stdout)?.[1].split(' ') ?? [];
      expect(found, stderr).toHaveLength(sets().length);
      return found;
    };
    const [first, ...others] = [1, 2, 5].map(digests);
    for (const other of others) expect(other).toEqual(first);
  });

  nativeOnly(why, 'are those of tf.conv2d where they are faster, unless CONTRASTIVE_CONVOLUTIONS is f2', async () => {
    const set = sets().at(-1);
    const bits = (tensors: tf.Tensor[]): number[][] => tensors.map(tensor => Array.from(tensor.dataSync()));
    const results = (shape: Shape): {taken: number[][]; small: number[][]; large: number[][]} => {
      const tensors = operands(shape);
      const [x, filter, dy] = tensors;
      const layer = (image: tf.Tensor, taps: tf.Tensor): tf.Tensor =>
        tf.conv2d(image as tf.Tensor4D, taps as tf.Tensor4D, 1, 'same');
      return {
        taken: bits([layer(x, filter), ...tf.grads(layer)([x, filter], dy)]),
        small: bits(convolve(`Contrastive${set}Convolution`, tensors)),
        large: bits(convolve(`Contrastive${set}Convolution4x4`, tensors)),
      };
    };
    const compare = (shape: Shape, tile: 'small' | 'large'): void => {
      tf.tidy(() => {
        const all = results(shape);
        expect(all.small).not.toEqual(all.large);
        expect(all.taken).toEqual(all[tile]);
      });
    };
    compare([2, 8, 7, 32, 16], 'large');
    compare([2, 6, 5, 32, 16], 'small');
    vi.stubEnv('CONTRASTIVE_CONVOLUTIONS', 'f2');
    try {
      await startAnew();
      compare([2, 8, 7, 32, 16], 'small');
    } finally {
      vi.unstubAllEnvs();
      await startAnew();
    }
    compare([2, 8, 7, 32, 16], 'large');
  });

  nativeOnly(why, 'leak nothing, and refuse shapes that are not theirs', async () => {
    const tensors = operands([1, 4, 4, 16, 16]);
    await expectNoLeaks(() => {
      tf.dispose(convolve('ContrastiveAvx2Convolution4x4', tensors));
    });
    tf.dispose(tensors);
    tf.tidy(() => {
      const wrong = [tf.ones([1, 4, 4, 8]), tf.ones([3, 3, 8, 16])];
      expect(() => run('ContrastiveAvx2Convolution4x4', wrong)).toThrow(/multiples of 16 channels/);
    });
  });
});

test('tiles of 4×4 are taken for the sizes that they divide well', () => {
  for (const size of [3, 4, 7, 8, 14, 16, 28, 32, 56]) expect(tileSize(size, size)).toBe(4);
  for (const size of [1, 2, 5, 6]) expect(tileSize(size, size)).toBe(2);
  expect(tileSize(32, 1)).toBe(2);
});

test('CONTRASTIVE_CONVOLUTIONS takes f2 or nothing', () => {
  vi.stubEnv('CONTRASTIVE_CONVOLUTIONS', '');
  expect(convolutionsFromEnvironment()).toBeUndefined();
  vi.stubEnv('CONTRASTIVE_CONVOLUTIONS', 'f2');
  expect(convolutionsFromEnvironment()).toBe('f2');
  vi.stubEnv('CONTRASTIVE_CONVOLUTIONS', 'f4');
  expect(() => convolutionsFromEnvironment()).toThrow(
    /expected 'f2' as CONTRASTIVE_CONVOLUTIONS, got 'f4'; leave it empty/,
  );
});
