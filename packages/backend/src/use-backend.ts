import {availableParallelism} from 'node:os';
import {type BackendName, backendFromEnvironment, parseBackendName} from './backend-name.js';
import {reasonOf} from '@contrastive/internal';
import * as tf from '@tensorflow/tfjs-core';
import {activate, importPeer, inTurn} from './activate.js';
import {kernelsFromEnvironment, KernelsUnavailable} from './native/load-kernels.js';
import type {loadNative} from './native/load-native.js';
import {wasmCost, whyNoNative} from './platform.js';

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
  /** Threads that one operation may use. */
  readonly threads: number;
  /** Why a slower backend than `tensorflow` was taken, where nobody asked for one. */
  readonly note?: string;
}

/** TensorFlow's threads for one operation: its own setting, else one a core. */
const nativeThreads = (): number => {
  const set = Number(process.env.TF_NUM_INTRAOP_THREADS);
  return Number.isInteger(set) && set > 0 ? set : availableParallelism();
};

async function start(name: BackendName): Promise<Backend> {
  let native: ReturnType<typeof loadNative> | undefined;
  let registerKernels: () => void = () => undefined;
  if (name === 'tensorflow') {
    await importPeer('@tensorflow/tfjs', () => import('@tensorflow/tfjs'));
    native = (await import('./native/load-native.js')).loadNative();
    const {registerTensorflowKernels} = await import('./kernels/tensorflow/index.js');
    registerKernels = () => {
      registerTensorflowKernels(native?.kernels);
    };
  } else if (name === 'wasm') {
    await importPeer('@tensorflow/tfjs-backend-wasm', () => import('@tensorflow/tfjs-backend-wasm'));
    registerKernels = (await import('./kernels/wasm/index.js')).registerWasmKernels;
  }
  const canTrain = await activate(name, registerKernels);
  // MathBackendCPU would advertise the native package on its first use
  if (name === 'cpu') (tf.backend() as {firstUse?: boolean}).firstUse = false;
  return {
    name,
    device: native?.device ?? 'cpu',
    version: native?.version ?? tf.version_core,
    canTrain,
    threads: name === 'tensorflow' ? nativeThreads() : 1,
  };
}

/** The fastest backend that starts, with a line on the error stream where that is not the native one. */
async function startBest(): Promise<Backend> {
  let reason = whyNoNative();
  let remedy = '';
  if (reason === undefined) {
    try {
      return await start('tensorflow');
    } catch (error) {
      if (error instanceof KernelsUnavailable) throw error;
      reason = reasonOf(error).replace(/^useBackend: /, '');
    }
  } else {
    remedy = ' CONTRASTIVE_BACKEND=wasm hides this line.';
  }
  const backend = await start('wasm');
  const note = `training on wasm, about ${wasmCost} × slower than native TensorFlow: ${reason}.${remedy}`.replace(
    /\.\.$/,
    '.',
  );
  process.stderr.write(`contrastive: ${note}\n`);
  return {...backend, note};
}

let best: Backend | undefined;

/**
 * Makes a backend of TensorFlow.js ready to train: loads it, selects it, registers the gradients and the kernels that
 * it lacks. Calling it again is cheap, and with another name switches. Without a name it takes what
 * `CONTRASTIVE_BACKEND` names, else native TensorFlow, else wasm, and then says so in one line on the error stream.
 *
 * @param name `tensorflow` (native; on the GPU where one is visible), `wasm` or `cpu` (plain JavaScript, for tests).
 * @throws RangeError if the name, or that in `CONTRASTIVE_BACKEND`, is none of these, or `CONTRASTIVE_KERNELS` none of
 * `avx2`, `avx512` and `off`.
 * @throws Error if the backend that was asked for cannot be had, with the remedy.
 * @example
 * const {name, device} = await useBackend();
 * console.log(`training on ${name}, ${device}`);
 */
export async function useBackend(name?: BackendName): Promise<Backend> {
  const asked = name === undefined ? backendFromEnvironment() : parseBackendName(name, 'useBackend');
  kernelsFromEnvironment();
  return inTurn(async () => {
    if (asked !== undefined) return start(asked);
    best = best === undefined ? await startBest() : {...best, ...(await start(best.name))};
    return best;
  });
}
