import {createRequire} from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';

/** The backends of TensorFlow.js that this package knows, by TensorFlow.js's own names. */
export type BackendName = 'tensorflow' | 'wasm' | 'cpu';

/** What `useBackend` found. */
export interface Backend { readonly name: BackendName; readonly device: 'gpu' | 'cpu'; readonly version: string; readonly canTrain: boolean }

export async function useBackend(name: BackendName = (process.env.CONTRASTIVE_BACKEND ?? 'tensorflow') as BackendName): Promise<Backend> {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>;
  util.isNullOrUndefined ??= (x: unknown) => x === null || x === undefined;
  util.isArray ??= Array.isArray;
  if (name === 'tensorflow') await import('@tensorflow/tfjs-node-gpu');
  if (name === 'wasm') await import('@tensorflow/tfjs-backend-wasm');
  await tf.setBackend(name);
  await tf.ready();
  return {name, device: 'cpu', version: tf.version_core, canTrain: true};
}
