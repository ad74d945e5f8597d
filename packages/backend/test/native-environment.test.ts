import {tmpdir} from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import {afterEach, expect, test} from 'vitest';
import {nativeEnvironment} from '../src/native/prepare-process.js';

const asked = process.env.ONEDNN_MAX_CPU_ISA;

afterEach(() => {
  if (asked === undefined) delete process.env.ONEDNN_MAX_CPU_ISA;
  else process.env.ONEDNN_MAX_CPU_ISA = asked;
});

test('where a processor hides its caches, oneDNN keeps to AVX2, unless the user says otherwise', () => {
  delete process.env.ONEDNN_MAX_CPU_ISA;
  expect(nativeEnvironment(tmpdir())).not.toHaveProperty('ONEDNN_MAX_CPU_ISA');
  expect(nativeEnvironment('/nowhere')).toMatchObject({ONEDNN_MAX_CPU_ISA: 'AVX2'});
  process.env.ONEDNN_MAX_CPU_ISA = 'AVX512_CORE';
  expect(nativeEnvironment('/nowhere')).toMatchObject({ONEDNN_MAX_CPU_ISA: 'AVX512_CORE'});
});

// It wrote beyond its memory on such a processor, which ended the process some calls later.
test('the gradient of 1 x 1 filters with a stride leaves memory alone', () => {
  const gradient = tf.grad((filter: tf.Tensor4D) =>
    tf.sum(tf.conv2d(tf.ones<tf.Rank.R4>([128, 28, 28, 8]), filter, 2, 'valid')),
  );
  for (let i = 0; i < 20; i++) {
    const values = tf.tidy(() => gradient(tf.zeros([1, 1, 8, 16])).dataSync());
    expect(values.every(value => value === 128 * 14 * 14)).toBe(true);
  }
});
