import * as tf from '@tensorflow/tfjs-core';
import {reasonOf} from '@contrastive/internal';
import {registerGradients} from './kernels/gradients.js';

/**
 * Imports a package that the user installs.
 *
 * @throws Error with what to install.
 */
export async function importPeer<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new Error(
      `useBackend: expected the package ${name}, got an error (${reasonOf(cause)}); install it beside ` +
        '@tensorflow/tfjs-core, in the same version.',
      {cause},
    );
  }
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
 * Selects a backend whose package is imported, with the gradients of all operations, which tfjs-core lacks.
 *
 * @param registerKernels Registers what the backend lacks; called once.
 * @returns Whether it can train: has the gradients of convolutions.
 * @throws Error when it does not start.
 */
export async function activate(name: string, registerKernels: () => void): Promise<boolean> {
  await importPeer('@tensorflow/tfjs', () => import('@tensorflow/tfjs'));
  if (!(await tf.setBackend(name))) {
    throw new Error(`useBackend: expected TensorFlow.js to start its backend ${name}, it does not here; take another.`);
  }
  await tf.ready();
  if (registered.size === 0) registerGradients();
  if (!registered.has(name)) registerKernels();
  registered.add(name);
  // The types deny it, but getKernel returns undefined where there is none.
  return (tf.getKernel('Conv2DBackpropFilter', name) as object | undefined) !== undefined;
}
