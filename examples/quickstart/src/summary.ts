import * as tf from '@tensorflow/tfjs-core';
import type {Figures} from './figures.js';
import type {Intervals} from './intervals.js';
import type {Settings} from './settings.js';

/** What a run leaves in `summary.json`. */
export interface Summary extends Figures {
  /** Whether this was only a run of seconds, whose figures mean nothing. */
  readonly smoke: boolean;
  /** Decided every random number. */
  readonly seed: number;
  /** Where it was computed, by TensorFlow.js's name. */
  readonly backend: string;
  /** `gpu` or `cpu`. */
  readonly device: string;
  /** Versions of what computed it, by name. */
  readonly versions: Readonly<Record<string, string>>;
  /** The settings, with the epochs that were run. */
  readonly settings: Settings;
  /** How long the parts took; `total` is their sum. */
  readonly seconds: {readonly setup: number; readonly train: number; readonly evaluate: number; readonly total: number};
  /** Of `probe`, `knn` and `supervised`, 95 %. */
  readonly intervals: Intervals;
}

/** Versions of what computed a run. */
export function versionsOf({name, version}: {readonly name: string; readonly version: string}): Record<string, string> {
  return {node: process.versions.node, tfjs: tf.version_core, [name]: version};
}
