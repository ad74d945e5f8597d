import {cpus} from 'node:os';
import {runningOn} from '@contrastive/internal/node';
import * as tf from '@tensorflow/tfjs-core';
import type {MadeOn} from './record.js';

/** What computes now. */
export const madeOn = (): MadeOn => ({
  ...(runningOn() ?? {backend: tf.getBackend(), device: 'cpu', version: tf.version_core, kernels: 'none', threads: 1}),
  processor: cpus().at(0)?.model.trim() ?? 'unknown',
  tensorFlowJs: tf.version_core,
  node: process.versions.node,
  platform: `${process.platform}-${process.arch}`,
});

/** What decides about the last digit of a result, with its name in messages. */
const decisive: Readonly<Partial<Record<keyof MadeOn, string>>> = {
  backend: 'backend',
  device: 'device',
  version: 'version of TensorFlow',
  kernels: 'kernels',
  threads: 'threads',
  processor: 'processor',
  tensorFlowJs: 'version of TensorFlow.js',
};

/** How two of them differ, as far as results may, for example `threads 2, here 4`. */
export const differences = (saved: MadeOn, here: MadeOn): string[] =>
  Object.entries(decisive).flatMap(([key, name]) => {
    const [one, other] = [saved, here].map(made => made[key as keyof MadeOn]);
    return one === other ? [] : [`${name} ${one}, here ${other}`];
  });
