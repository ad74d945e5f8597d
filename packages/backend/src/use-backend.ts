import {availableParallelism} from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import {advised, checkOptions, checkValue, reasonOf} from '@contrastive/internal';
import {setRunningOn} from '@contrastive/internal/node';
import {
  activate,
  type Backend,
  type BackendName,
  importStock,
  importWasm,
  inTurn,
  rules,
  type UseBackendOptions,
} from './activate.js';
import {
  convolutionsFromEnvironment,
  kernelsFromEnvironment,
  KernelsUnavailable,
  type KernelSet,
} from './native/load-kernels.js';
import {backendFromEnvironment, backendRule, type NodeBackend, requireNode, wasmCost, whyNoNative} from './platform.js';

export type {Backend, BackendName, UseBackendOptions};

/** TensorFlow's threads for one operation: its own setting, else one a core. */
const nativeThreads = (): number => {
  const set = Number(process.env.TF_NUM_INTRAOP_THREADS);
  return Number.isInteger(set) && set > 0 ? set : availableParallelism();
};

/** A backend of Node that was made ready. */
interface Started extends Backend {
  readonly name: NodeBackend;
}

/** Leaves word of what computes, for checkpoints, which are exact on the same alone. */
function described(started: Started, kernels?: KernelSet): Started {
  const {name, device, version, threads} = started;
  const convolutions = convolutionsFromEnvironment();
  const build = kernels && [kernels.toLowerCase(), ...(convolutions ? [convolutions] : [])].join('-');
  setRunningOn({backend: name, device, version, threads, kernels: build ?? 'none'});
  return started;
}

async function start(name: NodeBackend, options: UseBackendOptions): Promise<Started> {
  await importStock();
  if (name === 'tensorflow') {
    const {loadNative} = await import('./native/load-native.js');
    const {registerTensorflowKernels} = await import('./kernels/tensorflow/index.js');
    const {device, version, kernels} = loadNative();
    const canTrain = await activate(name, () => {
      registerTensorflowKernels(kernels, convolutionsFromEnvironment());
    });
    return described({name, device, version, canTrain, threads: nativeThreads()}, kernels);
  }
  if (name === 'wasm') await importWasm(options);
  const {registerWasmKernels} = await import('./kernels/wasm/index.js');
  const canTrain = await activate(name, name === 'wasm' ? registerWasmKernels : () => undefined);
  // MathBackendCPU would advertise the native package on its first use
  if (name === 'cpu') (tf.backend() as {firstUse?: boolean}).firstUse = false;
  return described({name, device: 'cpu', version: tf.version_core, canTrain, threads: 1});
}

/** The fastest backend that starts, with a line on the error stream where that is not the native one. */
async function startBest(options: UseBackendOptions): Promise<Started> {
  let reason = whyNoNative();
  let remedy = '';
  if (reason === undefined) {
    try {
      return await start('tensorflow', options);
    } catch (error) {
      if (error instanceof KernelsUnavailable) throw error;
      reason = reasonOf(error).replace(/^useBackend: /, '');
    }
  } else {
    remedy = ' CONTRASTIVE_BACKEND=wasm hides this line.';
  }
  const backend = await start('wasm', options);
  const note = `training on wasm, about ${wasmCost} × slower than native TensorFlow: ${reason}.${remedy}`.replace(
    /\.\.$/,
    '.',
  );
  process.stderr.write(`contrastive: ${note}\n`);
  return {...backend, note};
}

let best: Started | undefined;

/**
 * Makes a backend of TensorFlow.js ready to train: loads it, selects it, registers the gradients and the kernels that
 * it lacks. Calling it again is cheap, and with another name switches. Without a name it takes what
 * `CONTRASTIVE_BACKEND` names, else native TensorFlow, else wasm, and then says so in one line on the error stream. In
 * browsers (export condition `browser`) it takes webgpu where there is one, else webgl, else wasm.
 *
 * @param name `tensorflow` (native; on the GPU where one is visible), `wasm` or `cpu` (plain JavaScript, for tests); in
 * browsers `webgpu`, `webgl` or `wasm`.
 * @throws TypeError or RangeError for another name or option, also where `CONTRASTIVE_BACKEND` has it, or
 * `CONTRASTIVE_KERNELS` is none of `avx2`, `avx512` and `off`, or `CONTRASTIVE_CONVOLUTIONS` is not `f2`.
 * @throws Error if the backend that was asked for cannot be had, with the remedy, or Node is too old.
 * @example
 * const {name, device} = await useBackend();
 * console.log(`training on ${name}, ${device}`);
 */
export async function useBackend(name?: BackendName, options: UseBackendOptions = {}): Promise<Backend> {
  requireNode('useBackend');
  if (name !== undefined) {
    checkValue('useBackend', 'name', name, advised(backendRule, 'webgpu and webgl are taken in browsers'));
  }
  checkOptions('useBackend', options, rules);
  const asked = name === undefined ? backendFromEnvironment() : (name as NodeBackend);
  kernelsFromEnvironment();
  convolutionsFromEnvironment();
  return inTurn(async () => {
    if (asked !== undefined) return start(asked, options);
    best = best === undefined ? await startBest(options) : {...best, ...(await start(best.name, options))};
    return best;
  });
}
