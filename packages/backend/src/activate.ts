import * as tf from '@tensorflow/tfjs-core';
import {either, object, reasonOf, text, type Rules} from '@contrastive/internal';
import {registerGradients} from './kernels/gradients.js';

/**
 * The backends that this package knows, by TensorFlow.js's own names. In Node: `tensorflow` (native; on the GPU where
 * one is visible), `wasm` and `cpu` (plain JavaScript, for tests). In browsers: `webgpu`, `webgl` and `wasm`.
 */
export type BackendName = 'tensorflow' | 'webgpu' | 'webgl' | 'wasm' | 'cpu';

/** What `useBackend` made ready. */
export interface Backend {
  /** TensorFlow.js's name of the backend in use. */
  readonly name: BackendName;
  /** Where operations run. */
  readonly device: 'gpu' | 'cpu';
  /** Version of TensorFlow under the native backend, of TensorFlow.js under the others. */
  readonly version: string;
  /** Whether the backend has the gradients of convolutions, which training needs. */
  readonly canTrain: boolean;
  /** Threads of the processor that one operation may use. */
  readonly threads: number;
  /** Why a slower backend than the first choice was taken, if none was asked for by name. */
  readonly note?: string;
}

/** Options of `useBackend`. */
export interface UseBackendOptions {
  /**
   * Where a browser finds the `.wasm` files of @tensorflow/tfjs-backend-wasm: the URL of their folder, with a slash at
   * its end, or the URL of each by its name. Read when wasm starts; by default they lie beside the script. Node has no
   * need of it.
   */
  readonly wasmPaths?: string | Readonly<Record<string, string>>;
}

export const rules: Rules<UseBackendOptions> = {wasmPaths: either(text, object)};

/**
 * The error of a package that the user installs, which does not load.
 *
 * @param cause What its import threw.
 */
export const missingPeer = (name: string, cause: unknown): Error =>
  new Error(
    `useBackend: expected the package ${name}, got an error (${reasonOf(cause)}); install it beside ` +
      '@tensorflow/tfjs-core, in the same version.',
    {cause},
  );

/** Imports what has the gradients of all operations, which tfjs-core lacks, and the backends webgl and cpu. */
export async function importStock(): Promise<void> {
  try {
    await import('@tensorflow/tfjs');
  } catch (cause) {
    throw missingPeer('@tensorflow/tfjs', cause);
  }
}

/** Imports wasm, and gives the number of its threads, once it has started. */
export async function importWasm({wasmPaths}: UseBackendOptions): Promise<() => number> {
  const {getThreadsCount, setWasmPaths} = await import('@tensorflow/tfjs-backend-wasm').catch((cause: unknown) => {
    throw missingPeer('@tensorflow/tfjs-backend-wasm', cause);
  });
  // Once it has started it refuses paths.
  if (wasmPaths === undefined || 'wasm' in tf.engine().registry) return getThreadsCount;
  try {
    setWasmPaths(wasmPaths);
  } catch (cause) {
    throw new Error(
      `useBackend: expected the URL of each .wasm file, or of their folder, as wasmPaths, got an error ` +
        `(${reasonOf(cause)}); after a start that failed, load the page again.`,
      {cause},
    );
  }
  return getThreadsCount;
}

let last: Promise<unknown> = Promise.resolve();
const registered = new Set<string>();

/** Runs one call after the other: each changes the engine's one backend. */
export function inTurn<T>(call: () => Promise<T>): Promise<T> {
  const result = last.then(call);
  last = result.catch(() => undefined);
  return result;
}

/**
 * Selects a backend whose package is imported, with our gradients.
 *
 * @param registerKernels Registers what the backend lacks; called once.
 * @returns Whether it can train: has the gradients of convolutions.
 * @throws Error when it does not start.
 */
export async function activate(name: BackendName, registerKernels: () => void): Promise<boolean> {
  const before = tf.engine().backendName as string | undefined;
  if (!(name in tf.engine().registryFactory) || !(await tf.setBackend(name))) {
    if (before !== undefined && before !== name) await tf.setBackend(before); // the one in use stays so
    const todo = name === 'wasm' ? 'say by wasmPaths where its files are, or take another' : 'take another';
    throw new Error(`useBackend: expected the backend ${name} to start, got one that does not start here; ${todo}.`);
  }
  await tf.ready();
  if (registered.size === 0) registerGradients();
  if (!registered.has(name)) registerKernels();
  registered.add(name);
  // The types deny it, but getKernel returns undefined where there is none.
  return (tf.getKernel('Conv2DBackpropFilter', name) as object | undefined) !== undefined;
}
