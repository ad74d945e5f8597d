import * as tf from '@tensorflow/tfjs-core';
import {checkOptions, checkValue, choice, reasonOf} from '@contrastive/internal';
import {
  activate,
  type Backend,
  type BackendName,
  importStock,
  importWasm,
  inTurn,
  missingPeer,
  rules,
  type UseBackendOptions,
} from './activate.js';

export type {Backend, BackendName, UseBackendOptions};

/** The part of `navigator` that tells of WebGPU; not yet in TypeScript's own types. */
interface WithGpu {
  readonly gpu?: {requestAdapter(): Promise<object | null>};
}

async function importWebGpu(): Promise<void> {
  const {gpu} = globalThis.navigator as WithGpu;
  if (((await gpu?.requestAdapter()) ?? null) === null) {
    throw new Error('useBackend: expected a browser with WebGPU for webgpu, got none; take webgl.');
  }
  try {
    // A bundler takes an import inside `try` for one that may be missing.
    await import('@tensorflow/tfjs-backend-webgpu');
  } catch (cause) {
    throw missingPeer('@tensorflow/tfjs-backend-webgpu', cause);
  }
}

/** Those that train in browsers, the fastest first. */
const names = ['webgpu', 'webgl', 'wasm'] as const;

async function start(name: (typeof names)[number], options: UseBackendOptions): Promise<Backend> {
  await importStock(); // the backend webgl too
  const {version_core: version} = tf;
  if (name === 'wasm') {
    const threads = await importWasm(options);
    const {registerWasmKernels} = await import('./kernels/wasm/index.js'); // which pages on a GPU need not load
    const canTrain = await activate(name, registerWasmKernels);
    return {name, device: 'cpu', version, canTrain, threads: threads()};
  }
  if (name === 'webgpu') await importWebGpu();
  // Both have all kernels that training needs; what ours would replace there, stock operations compose.
  const canTrain = await activate(name, () => undefined);
  return {name, device: 'gpu', version, canTrain, threads: 1};
}

/** The first of all that starts, with the reasons why those before it do not. */
async function startBest(options: UseBackendOptions): Promise<Backend> {
  const reasons: string[] = [];
  for (const name of names) {
    try {
      const backend = await start(name, options);
      return reasons.length === 0 ? backend : {...backend, note: `training on ${name}: ${reasons.join(' ')}`};
    } catch (error) {
      reasons.push(reasonOf(error).replace(/^useBackend: /, ''));
    }
  }
  throw new Error(`useBackend: expected a browser with WebGPU, WebGL 2 or WebAssembly; got: ${reasons.join(' ')}`);
}

/**
 * Makes a backend of TensorFlow.js ready to train in a browser: loads it, selects it, registers the gradients and the
 * kernels that it lacks. Calling it again is cheap, and with another name switches. Without a name it takes webgpu
 * where the browser has it and @tensorflow/tfjs-backend-webgpu is installed, else webgl, else wasm.
 *
 * @param name `webgpu`, `webgl` or `wasm`.
 * @throws TypeError or RangeError for another name or option.
 * @throws Error if the backend that was asked for cannot be had, with the remedy.
 * @example
 * const {name, device} = await useBackend('wasm', {wasmPaths: '/wasm/'});
 */
export async function useBackend(name?: BackendName, options: UseBackendOptions = {}): Promise<Backend> {
  if (name !== undefined) checkValue('useBackend', 'name', name, choice(...names));
  checkOptions('useBackend', options, rules);
  return inTurn(() => (name === undefined ? startBest(options) : start(name as (typeof names)[number], options)));
}
