import {existsSync} from 'node:fs';
import {createRequire} from 'node:module';

/**
 * Where Linux says what caches the processor has. Some virtual machines hide that; oneDNN, which TensorFlow computes
 * convolutions with, then writes beyond its memory in kernels for AVX-512.
 */
const CACHES = '/sys/devices/system/cpu/cpu0/cache';

/**
 * Node's `util` with the two functions that the native package still calls: Node 22 warns of them, Node 23 has none.
 */
interface Util {
  isNullOrUndefined?: (value: unknown) => boolean;
  isArray?: (value: unknown) => boolean;
}

/**
 * The environment variables that TensorFlow reads while it loads, as the user set them, else as suits training here.
 */
export function nativeEnvironment(caches = CACHES): Record<string, string> {
  const {TF_CPP_MIN_LOG_LEVEL = '2', CUDA_VISIBLE_DEVICES = '0', TF_FORCE_GPU_ALLOW_GROWTH = 'true'} = process.env;
  // Tensors are copied to the last GPU listed, so one is exposed; and TensorFlow takes no more of its memory than it
  // needs.
  const {ONEDNN_MAX_CPU_ISA = existsSync(caches) ? undefined : 'AVX2'} = process.env;
  return {
    TF_CPP_MIN_LOG_LEVEL,
    CUDA_VISIBLE_DEVICES,
    TF_FORCE_GPU_ALLOW_GROWTH,
    ...(ONEDNN_MAX_CPU_ISA !== undefined && {ONEDNN_MAX_CPU_ISA}),
  };
}

/**
 * Gives this process what TensorFlow and the native package expect while they load: variables, and functions that Node
 * removed.
 */
export function prepareProcess(): void {
  Object.assign(process.env, nativeEnvironment());
  const util = createRequire(import.meta.url)('node:util') as Util;
  util.isNullOrUndefined = value => value === null || value === undefined;
  util.isArray = Array.isArray;
}
