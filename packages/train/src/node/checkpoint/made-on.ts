import {readdirSync, readFileSync} from 'node:fs';
import {cpus} from 'node:os';
import {join} from 'node:path';
import {runningOn} from '@contrastive/internal/node';
import * as tf from '@tensorflow/tfjs-core';
import type {MadeOn} from './record.js';

/** Variables of the environment by which TensorFlow, oneDNN and CUDA round otherwise. */
const ROUNDING = ['TF_DETERMINISTIC_OPS', 'TF_CUDNN_DETERMINISTIC', 'TF_ENABLE_ONEDNN_OPTS', 'NVIDIA_TF32_OVERRIDE'];

/** The models of NVIDIA's cards, as its driver for Linux tells them: in a file for each. */
export function graphicsCards(driver = '/proc/driver/nvidia/gpus'): string {
  try {
    const files = readdirSync(driver).map(name => readFileSync(join(driver, name, 'information'), 'utf8'));
    return files.map(text => /^Model:\s*(.+)$/m.exec(text)?.[1].trim() ?? 'unknown').join(', ');
  } catch {
    return 'unknown'; // another system
  }
}

/** What computes now. */
export function madeOn(): MadeOn {
  const running = runningOn() ?? {
    backend: tf.getBackend(),
    device: 'cpu',
    version: tf.version_core,
    kernels: 'none',
    threads: 1,
  };
  return {
    ...running,
    processor: cpus().at(0)?.model.trim() ?? 'unknown',
    graphics: running.device === 'gpu' ? graphicsCards() : '',
    settings: ROUNDING.filter(name => process.env[name] !== undefined)
      .map(name => `${name}=${process.env[name]}`)
      .join(' '),
    tensorFlowJs: tf.version_core,
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
  };
}

/** What decides about the last digit of a result, with its name in messages. */
const decisive: Readonly<Partial<Record<keyof MadeOn, string>>> = {
  backend: 'backend',
  device: 'device',
  version: 'version of TensorFlow',
  kernels: 'kernels',
  threads: 'threads',
  processor: 'processor',
  graphics: 'graphics card',
  settings: 'environment',
  tensorFlowJs: 'version of TensorFlow.js',
};

const shown = (value: string | number = ''): string | number => (value === '' ? 'none' : value);

/** How two of them differ, as far as results may and an older record has it, for example `threads 2, here 4`. */
export const differences = (saved: Partial<MadeOn>, here: MadeOn): string[] =>
  Object.entries(decisive).flatMap(([key, name]) => {
    const [one, other] = [saved, here].map(made => made[key as keyof MadeOn]);
    return one === undefined || one === other ? [] : [`${name} ${shown(one)}, here ${shown(other)}`];
  });
