import {existsSync} from 'node:fs';
import {createRequire} from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import type {StepSettings} from './settings.js';

/** Node's `util` with the two functions that the native package still calls; Node 23 removed them. */
interface Util {
  isNullOrUndefined?: (value: unknown) => boolean;
  isArray?: (value: unknown) => boolean;
}

/** The native backend's own members, NodeJSKernelBackend. */
interface NativeBackend {
  readonly isUsingGpuDevice: boolean;
  readonly binding: {readonly TF_Version: string};
}

/** What the native backend tells about itself. */
export interface StockBackend {
  readonly device: 'cpu' | 'gpu';
  /** Version of TensorFlow. */
  readonly version: string;
}

/**
 * Loads the native package that `@contrastive/backend` set up, and nothing of ours: `useBackend` would also register
 * the kernels and gradients whose worth is measured here. Throws where it cannot be loaded.
 */
export function loadStockBackend({width}: Pick<StepSettings, 'width'>): StockBackend {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  process.env.CUDA_VISIBLE_DEVICES ??= '0';
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
  process.env.TF_ENABLE_ONEDNN_OPTS ??= '1'; // as for ours: with AVX2 its steps are a third faster
  // Where a virtual machine hides its caches, oneDNN's AVX-512 gradients of convolutions of few channels write beyond
  // their memory; those of a row that is not quick do not, and take longer with AVX2.
  if (width < 16 && !existsSync('/sys/devices/system/cpu/cpu0/cache')) process.env.ONEDNN_MAX_CPU_ISA ??= 'AVX2';
  const require = createRequire(import.meta.url);
  const util = require('node:util') as Util;
  util.isNullOrUndefined ??= value => value === null || value === undefined;
  util.isArray ??= Array.isArray;
  createRequire(require.resolve('@contrastive/backend/package.json'))('@tensorflow/tfjs-node-gpu');
  const {isUsingGpuDevice, binding} = tf.backend() as tf.KernelBackend & NativeBackend;
  return {device: isUsingGpuDevice ? 'gpu' : 'cpu', version: binding.TF_Version};
}
