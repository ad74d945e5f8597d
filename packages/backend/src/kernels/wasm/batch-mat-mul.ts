import type * as tf from '@tensorflow/tfjs-core';
import {replaceKernel} from '../register.js';
import {type WasmBackend, withWorkspace, type Workspace} from './workspace.js';

interface Attributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** The matrices `[…, m, n]` as `[…, n, m]`. */
const transposed = (w: Workspace, x: tf.TensorInfo): tf.TensorInfo => {
  const [...axes] = x.shape.keys();
  const last = axes.length - 1;
  return w.run('Transpose', {x}, {perm: [...axes.slice(0, -2), last, last - 1]});
};

/**
 * Registers `BatchMatMul` on wasm: the stock kernel is five to thirty times slower on transposed matrices, so they are
 * transposed before.
 */
export const registerBatchMatMul = (): void => {
  replaceKernel<WasmBackend, Attributes>(
    'BatchMatMul',
    'wasm',
    ({inputs: {a, b}, attrs: {transposeA, transposeB}, backend}, stock) => {
      if (!stock) {
        throw new Error(
          'BatchMatMul on wasm: the stock kernel is missing; import @tensorflow/tfjs-backend-wasm before the ' +
            'kernels are registered',
        );
      }
      return withWorkspace(backend, w => {
        const inputs = {a: transposeA ? transposed(w, a) : a, b: transposeB ? transposed(w, b) : b};
        return stock({inputs, attrs: {transposeA: false, transposeB: false}, backend}) as tf.TensorInfo;
      });
    },
  );
};
