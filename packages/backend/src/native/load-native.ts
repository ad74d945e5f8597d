import {existsSync, realpathSync} from 'node:fs';
import {createRequire} from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import {chooseKernels, type KernelSet, loadKernels} from './load-kernels.js';
import {findNativePackage, nativePackageName} from './native-package.js';
import {prepareProcess, withoutOptions} from './prepare-process.js';
import {quietly} from './quietly.js';

/** What the native package's backend tells about itself. */
interface NativeBackend {
  readonly isUsingGpuDevice: boolean;
  readonly binding: {readonly TF_Version: string};
}

/** The native backend's device, TensorFlow's version, and the set of our own kernels to use, if any. */
export interface Native {
  readonly device: 'gpu' | 'cpu';
  readonly version: string;
  readonly kernels?: KernelSet;
}

/** Undefined until they were looked for. */
let kernels: readonly KernelSet[] | undefined;

/**
 * Our kernels, beside the addon that was loaded, by whomever; none beside another than the native package's that we
 * find.
 */
function loadedKernels(): readonly KernelSet[] {
  const found = findNativePackage();
  const loaded =
    found !== undefined && existsSync(found.addon) && realpathSync(found.addon) in createRequire(import.meta.url).cache;
  return loaded ? loadKernels(found) : [];
}

/** The command that mends a native backend that is missing or broken. */
const remedy = 'Run `npx contrastive-backend setup` (in a clone of Contrastive: `npm start`).';

/**
 * Loads the native package, which registers and selects the backend `tensorflow`, and runs one operation so that
 * TensorFlow has said all it says at its start. A second call loads nothing.
 *
 * @throws Error if the package is not installed, not set up, or its addon does not load, with the reason and the
 * remedy.
 */
export function loadNative(): Native {
  if (!('tensorflow' in tf.engine().registryFactory)) {
    const found = findNativePackage();
    if (found === undefined) {
      throw new Error(`useBackend: ${nativePackageName} is not installed. ${remedy}`);
    }
    if (!existsSync(found.addon)) {
      throw new Error(`useBackend: ${nativePackageName} is installed but not set up. ${remedy}`);
    }
    prepareProcess();
    try {
      quietly(found.quietAddon, () => {
        withoutOptions(() => {
          createRequire(import.meta.url)(found.directory);
        });
        tf.tidy(() => tf.matMul(tf.ones([2, 2]), tf.ones([2, 2])).dataSync());
      });
    } catch (cause) {
      const reason = (cause instanceof Error ? cause.message : String(cause)).replace(/\n.*/s, '');
      throw new Error(`useBackend: native TensorFlow does not load: ${reason} ${remedy}`, {cause});
    }
  }
  kernels ??= loadedKernels();
  // NodeJSKernelBackend
  const backend = tf.engine().findBackend('tensorflow') as (tf.KernelBackend & NativeBackend) | null;
  if (backend === null) {
    throw new Error(`useBackend: native TensorFlow was loaded before but did not start. ${remedy}`);
  }
  const device = backend.isUsingGpuDevice ? 'gpu' : 'cpu';
  return {device, version: backend.binding.TF_Version, kernels: device === 'cpu' ? chooseKernels(kernels) : undefined};
}
