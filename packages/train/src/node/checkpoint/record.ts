import type {RunningOn} from '@contrastive/internal/node';
import type {Resume} from '../../record.js';

/** The newest format of a checkpoint's record that this version reads, and the one that it writes. */
export const FORMAT = 1;

/** The files of a checkpoint. */
export const FILES = {record: 'checkpoint.json', state: 'state.safetensors', sums: 'SHA256SUMS'} as const;

/** Plain data, as JSON has it. */
export type Json = string | number | boolean | null | readonly Json[] | {readonly [key: string]: Json | undefined};

/** What a checkpoint was made on: a run goes on bit for bit only where all of it is the same. */
export interface MadeOn extends RunningOn {
  /** The model of the processor. */
  readonly processor: string;
  /** The models of the graphics cards, where operations run on them; else empty. */
  readonly graphics: string;
  /** What the environment sets that decides about digits, for example `TF_DETERMINISTIC_OPS=1`; else empty. */
  readonly settings: string;
  /** The version of TensorFlow.js. */
  readonly tensorFlowJs: string;
  /** The version of Node. */
  readonly node: string;
  /** The platform, for example `linux-x64`. */
  readonly platform: string;
}

/** All of a checkpoint but its tensors. */
export interface CheckpointRecord {
  /** The format of this record. */
  readonly format: number;
  /** The last step whose update is in the weights, counted from 0. */
  readonly step: number;
  /** The pass over the images that it was of, where the views know. */
  readonly epoch?: number;
  /** Where the run goes on from: for `twoViews(source, {…, ...resume})`. */
  readonly resume: Resume;
  /** The numbers of the step's record: loss, learning rate, metrics. */
  readonly metrics: Readonly<Record<string, number>>;
  /** What the run was told, as its program gave it: seeds, architecture, schedule. */
  readonly configuration: Readonly<Record<string, Json | undefined>>;
  /** How the images are prepared that the method's encoder is trained on, where it knows. */
  readonly preparation?: Readonly<Record<string, Json | undefined>>;
  /** What it was made on. */
  readonly madeOn: MadeOn;
}
