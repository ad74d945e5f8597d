import * as tf from '@tensorflow/tfjs-core';
import {checkOptions, checkValue, choice, text, type Rules} from '@contrastive/internal';
import {activate, importPeer, inTurn} from './activate.js';
import {registerWasmKernels} from './kernels/wasm/index.js';

/** The backends of TensorFlow.js that train in browsers, by its own names. */
export type BackendName = 'webgpu' | 'webgl' | 'wasm';

/** What `useBackend` made ready. */
export interface Backend {
  /** TensorFlow.js's name of the backend in use. */
  readonly name: BackendName;
  /** Where operations run. */
  readonly device: 'gpu' | 'cpu';
  /** Version of TensorFlow.js. */
  readonly version: string;
  /** Whether the backend has the gradients of convolutions, which training needs. */
  readonly canTrain: boolean;
}

/** Options of `useBackend` in browsers. */
export interface UseBackendOptions {
  /** The folder's URL, with a slash at its end, where the `.wasm` files of @tensorflow/tfjs-backend-wasm are served. */
  readonly wasmPaths?: string;
}

/** Whether wasm was asked for before: its files are found once. */
let started = false;

const rules: Rules<UseBackendOptions> = {wasmPaths: text};

const packages: Readonly<Record<BackendName, (options: UseBackendOptions) => Promise<unknown>>> = {
  webgpu: () => importPeer('@tensorflow/tfjs-backend-webgpu', () => import('@tensorflow/tfjs-backend-webgpu')),
  webgl: () => importPeer('@tensorflow/tfjs', () => import('@tensorflow/tfjs')),
  wasm: async ({wasmPaths}) => {
    const load = () => import('@tensorflow/tfjs-backend-wasm');
    const {setWasmPaths} = await importPeer('@tensorflow/tfjs-backend-wasm', load);
    if (wasmPaths !== undefined && !started) setWasmPaths(wasmPaths);
    started = true;
  },
};

async function start(name: BackendName, options: UseBackendOptions): Promise<Backend> {
  await packages[name](options);
  const canTrain = await activate(name, name === 'wasm' ? registerWasmKernels : () => undefined);
  return {name, device: name === 'wasm' ? 'cpu' : 'gpu', version: tf.version_core, canTrain};
}

/** The first of all that starts. */
async function startBest(options: UseBackendOptions): Promise<Backend> {
  for (const name of 'gpu' in navigator ? (['webgpu', 'webgl'] as const) : (['webgl'] as const)) {
    try {
      return await start(name, options);
    } catch {
      // The next one runs in more browsers.
    }
  }
  return start('wasm', options);
}

/**
 * Makes a backend of TensorFlow.js ready to train in a browser: loads it, selects it, registers the gradients and the
 * kernels that it lacks. Calling it again is cheap, and with another name switches. Without a name it takes webgpu
 * where the browser has it and @tensorflow/tfjs-backend-webgpu is installed, else webgl, else wasm.
 *
 * @throws TypeError or RangeError for another name or option; Error if the backend that was asked for cannot be had,
 * with the remedy.
 * @example
 * const {name, device} = await useBackend('webgl');
 */
export async function useBackend(name?: BackendName, options: UseBackendOptions = {}): Promise<Backend> {
  if (name !== undefined) checkValue('useBackend', 'name', name, choice(...Object.keys(packages)));
  checkOptions('useBackend', options, rules);
  return inTurn(() => (name === undefined ? startBest(options) : start(name, options)));
}
