import {spawnSync} from 'node:child_process';
import {expectNoLeaks, nativeOnly} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import {describe, expect, test} from 'vitest';
import type {NativeBackend} from '../../src/kernels/tensorflow/native-backend.js';
import {chooseKernels, kernelsFromEnvironment, type KernelSet, loadKernels} from '../../src/native/load-kernels.js';
import {findNativePackage} from '../../src/native/native-package.js';
import {expectLikeCpu, normal} from './against-cpu.js';

/** Two float32 computations that add in another order, of sums over up to 432 terms of size 1. */
const order = {atol: 2e-4, rtol: 1e-5};
const why = 'the kernels are for its processor';

/**
 * Batch, height, width, channels in and out: odd and even sides, one pixel, more tiles than fit a core's cache,
 * channels that fill no panel.
 */
const shapes: [number, number, number, number, number][] = [
  [2, 8, 8, 16, 16],
  [3, 7, 5, 32, 16],
  [2, 4, 6, 16, 48],
  [5, 1, 1, 16, 16],
  [1, 1, 9, 16, 32],
  [2, 2, 2, 80, 64],
  [1, 33, 31, 16, 16],
  [1, 4, 4, 192, 112],
];

/** Height, width, channels in and out, side of the filter, stride. */
const strided: [number, number, number, number, number, number][] = [
  [9, 7, 16, 32, 3, 2],
  [8, 8, 32, 16, 1, 2],
  [10, 10, 48, 16, 3, 2],
  [13, 11, 16, 16, 5, 3],
  [7, 7, 16, 16, 7, 2],
  [6, 6, 16, 80, 2, 4],
  [41, 39, 16, 48, 3, 2], // more pixels than a thread takes at a time
];

const run = (op: string, inputs: tf.Tensor[], attributes: Record<string, number> = {}): tf.Tensor => {
  const backend = tf.backend() as tf.KernelBackend & NativeBackend;
  const given = Object.entries(attributes).map(([name, value]) => ({name, type: backend.binding.TF_ATTR_INT, value}));
  return backend.executeSingleOutput(op, given, inputs);
};

const sets = (): readonly KernelSet[] => {
  const native = findNativePackage();
  return native ? loadKernels(native) : [];
};

describe('convolutions on the processor', () => {
  nativeOnly(why, 'and their gradients are those of the cpu backend, for every set of instructions', async () => {
    expect(sets()).toContain('Avx2'); // a processor of 2013 or later, and a set-up with a compiler
    for (const set of sets()) {
      for (const [n, h, w, c, k] of shapes) {
        const [x, filter, dy] = [normal([n, h, w, c], 1), normal([3, 3, c, k], 2), normal([n, h, w, k], 3)];
        await expectLikeCpu(() => {
          if (tf.getBackend() === 'tensorflow') {
            const op = `Contrastive${set}Convolution`;
            return [run(op, [x, filter]), run(`${op}InputGrad`, [dy, filter]), run(`${op}FilterGrad`, [x, dy])];
          }
          const convolve = (image: tf.Tensor, taps: tf.Tensor): tf.Tensor =>
            tf.conv2d(image as tf.Tensor4D, taps as tf.Tensor4D, 1, 'same');
          return [convolve(x, filter), ...tf.grads(convolve)([x, filter], dy)];
        }, order);
        tf.dispose([x, filter, dy]);
      }
    }
  });

  nativeOnly(
    why,
    'with a stride, and their gradients, are those of the cpu backend, for every set of instructions',
    async () => {
      for (const set of sets()) {
        for (const [height, width, c, k, kernel, stride] of strided) {
          const [x, filter] = [normal([3, height, width, c], 1), normal([kernel, kernel, c, k], 2)];
          const [rows, across] = [height, width].map(size => Math.floor((size - kernel) / stride) + 1);
          const dy = normal([3, rows, across, k], 3);
          await expectLikeCpu(() => {
            if (tf.getBackend() === 'tensorflow') {
              const op = `Contrastive${set}StridedConvolution`;
              return [
                run(op, [x, filter], {stride}),
                run(`${op}InputGrad`, [dy, filter], {stride, height, width}),
                run(`${op}FilterGrad`, [x, dy], {stride, kernel}),
              ];
            }
            const convolve = (image: tf.Tensor, taps: tf.Tensor): tf.Tensor =>
              tf.conv2d(image as tf.Tensor4D, taps as tf.Tensor4D, stride, 'valid');
            return [convolve(x, filter), ...tf.grads(convolve)([x, filter], dy)];
          }, order);
          tf.dispose([x, filter, dy]);
        }
      }
    },
  );

  nativeOnly(why, "of many tiles, in several chunks, and their gradients, are TensorFlow's own", () => {
    for (const set of sets()) {
      for (const [n, h, w, c, k] of [
        [2, 65, 129, 16, 16],
        [5, 27, 25, 128, 128],
        [7, 23, 25, 144, 128],
      ]) {
        tf.tidy(() => {
          const [x, filter, dy] = [normal([n, h, w, c], 1), normal([3, 3, c, k], 2), normal([n, h, w, k], 3)];
          // Padded before, the convolution is TensorFlow's.
          const stock = (image: tf.Tensor, taps: tf.Tensor): tf.Tensor =>
            tf.conv2d(
              tf.pad(image as tf.Tensor4D, [
                [0, 0],
                [1, 1],
                [1, 1],
                [0, 0],
              ]),
              taps as tf.Tensor4D,
              1,
              'valid',
            );
          const op = `Contrastive${set}Convolution`;
          const ours = [run(op, [x, filter]), run(`${op}InputGrad`, [dy, filter]), run(`${op}FilterGrad`, [x, dy])];
          [stock(x, filter), ...tf.grads(stock)([x, filter], dy)].forEach((expected, i) => {
            const [error, size] = [tf.sub(ours[i], expected), expected].map(
              values => tf.max(tf.abs(values)).dataSync()[0],
            );
            expect(error / size).toBeLessThan(1e-5);
          });
        });
      }
    }
  });

  nativeOnly(why, 'leave a gradient of another shape than the result to TensorFlow, which refuses it', () => {
    tf.tidy(() => {
      const [dy, filter] = [tf.ones<tf.Rank.R4>([2, 4, 4, 16]), tf.ones<tf.Rank.R4>([3, 3, 16, 16])];
      expect(() => tf.conv2dTranspose(dy, filter, [2, 9, 9, 16], 1, 'same')).toThrow();
      expect(() => tf.conv2dTranspose(dy, filter, [5, 9, 9, 16], 2, 'valid')).toThrow();
      expect(tf.conv2dTranspose(dy, filter, [2, 4, 4, 16], 1, 'same').shape).toEqual([2, 4, 4, 16]);
    });
  });

  nativeOnly(why, "are as near to the exact sums as TensorFlow's own", () => {
    const [n, h, w, c, k] = [2, 6, 6, 256, 16];
    const [x, filter] = [normal([n, h, w, c], 1), normal([3, 3, c, k], 2)];
    const [images, taps] = [x.arraySync(), filter.arraySync()] as [number[][][][], number[][][][]];
    const exact: number[] = [];
    for (let i = 0; i < n * h * w * k; i++) {
      const [b, row, column, out] = [
        Math.floor(i / (h * w * k)),
        Math.floor(i / (w * k)) % h,
        Math.floor(i / k) % w,
        i % k,
      ];
      let sum = 0;
      for (let u = 0; u < 3; u++) {
        for (let v = 0; v < 3; v++) {
          const pixel = images[b][row + u - 1]?.[column + v - 1] as number[] | undefined;
          pixel?.forEach((value, channel) => {
            sum += value * taps[u][v][channel][out];
          });
        }
      }
      exact.push(sum);
    }
    const error = (y: tf.Tensor): number =>
      Math.sqrt(Array.from(y.dataSync()).reduce((sum, value, i) => sum + (value - exact[i]) ** 2, 0));
    const stock = tf.tidy(() =>
      error(
        tf.conv2d(
          tf.pad(x, [
            [0, 0],
            [1, 1],
            [1, 1],
            [0, 0],
          ]) as tf.Tensor4D,
          filter as tf.Tensor4D,
          1,
          'valid',
        ),
      ),
    );
    const ours = tf.tidy(() => error(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same')));
    expect(stock).toBeGreaterThan(0);
    expect(ours).toBeLessThan(3 * stock);
    expect(ours).not.toBe(stock); // else ours did not run
  });

  nativeOnly(why, 'give the same bits every time, and leak nothing', async () => {
    const [x, filter] = [normal([8, 14, 14, 32], 1), normal([3, 3, 32, 32], 2)];
    const gradients = (): tf.Tensor[] =>
      tf.grads((a, b) => tf.square(tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, 'same')))([x, filter]);
    const values = (): number[][] => tf.tidy(() => gradients().map(gradient => Array.from(gradient.dataSync())));
    const first = values();
    for (let i = 0; i < 5; i++) expect(values()).toEqual(first);
    await expectNoLeaks(() => {
      tf.dispose(gradients());
    });
    tf.dispose([x, filter]);
  });

  nativeOnly(why, 'refuse shapes that are not theirs, and TensorFlow goes on', () => {
    tf.tidy(() => {
      const op = 'ContrastiveAvx2Convolution';
      expect(() => run(op, [tf.ones([1, 4, 4, 8]), tf.ones([3, 3, 8, 16])])).toThrow(/multiples of 16 channels/);
      expect(() => run(op, [tf.ones([1, 4, 4, 16]), tf.ones([5, 5, 16, 16])])).toThrow(/filter \[3, 3, in, out\]/);
      expect(() => run(op, [tf.ones([1, 4, 4, 32]), tf.ones([3, 3, 16, 16])])).toThrow(/other channels/);
      expect(() => run(`${op}FilterGrad`, [tf.ones([1, 4, 4, 16]), tf.ones([1, 5, 4, 16])])).toThrow(/differ in size/);
      expect(run(op, [tf.ones([1, 1, 1, 16]), tf.ones([3, 3, 16, 16])]).dataSync()[0]).toBe(16);
    });
  });
});

nativeOnly(why, 'the kernels outlive the worker that loaded them, and the next one finds them', () => {
  const native = findNativePackage();
  const load =
    `process.dlopen({exports: {}}, '${native?.addon ?? ''}'); process.dlopen({exports: {}}, ` +
    `'${native?.kernelsAddon ?? ''}');`;
  const script = `
    const {Worker} = require('node:worker_threads');
    const next = () => new Worker(${JSON.stringify(load)}, {eval: true});
    const work = left => left === 0 ? console.log('all ended') : next().on('exit', () => work(left - 1));
    work(3);`;
  const {stdout, stderr} = spawnSync(process.execPath, ['-e', script], {encoding: 'utf8'});
  expect(stdout, stderr).toContain('all ended');
});

describe('the set of kernels', () => {
  test('is the best that there is, or what CONTRASTIVE_KERNELS names', () => {
    const before = process.env.CONTRASTIVE_KERNELS;
    const choose = (named: string, there: readonly KernelSet[]): KernelSet | undefined => {
      process.env.CONTRASTIVE_KERNELS = named;
      return chooseKernels(there);
    };
    try {
      expect(choose('', ['Avx2', 'Avx512'])).toBe('Avx512');
      expect(choose('', [])).toBeUndefined();
      expect(choose('avx2', ['Avx2', 'Avx512'])).toBe('Avx2');
      expect(choose('off', ['Avx2'])).toBeUndefined();
      expect(() => choose('avx512', ['Avx2'])).toThrow(/only avx2 runs/);
      expect(() => choose('avx512', [])).toThrow(/no kernels of ours run/);
      process.env.CONTRASTIVE_KERNELS = 'sse';
      expect(() => kernelsFromEnvironment()).toThrow(
        /expected 'avx2', 'avx512' or 'off' as CONTRASTIVE_KERNELS, got 'sse'; leave it empty/,
      );
    } finally {
      if (before === undefined) delete process.env.CONTRASTIVE_KERNELS;
      else process.env.CONTRASTIVE_KERNELS = before;
    }
  });
});
