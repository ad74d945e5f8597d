import {availableParallelism, cpus} from 'node:os';
import type {Backend} from '@contrastive/backend';
import * as tf from '@tensorflow/tfjs-core';
import type {Machine} from './machines.js';

/** What this process runs on. */
export function thisMachine({name, version}: Backend): Machine {
  const threads = process.env.TF_NUM_INTRAOP_THREADS;
  return {
    'Node.js': process.versions.node,
    'TensorFlow.js': tf.version_core,
    [name]: version,
    processor: `${cpus()[0]?.model ?? 'unknown'} × ${availableParallelism()}`,
    ...(threads && {threads}),
  };
}
