import type {Claim} from '../experiment.js';
import {augmentations, augmentationsInColour} from './augmentations.js';
import {batchAndEpochs} from './batch-and-epochs.js';
import {labels} from './labels.js';
import {momentum} from './momentum.js';
import {pilots} from './pilots.js';
import {projection} from './projection.js';
import {queue} from './queue.js';
import {shuffling} from './shuffling.js';
import {v1ToV2} from './v1-to-v2.js';

/** The claims of the lecture, in the order of its slides. */
export const claims: readonly Claim[] = [
  augmentations,
  augmentationsInColour,
  projection,
  batchAndEpochs,
  momentum,
  queue,
  v1ToV2,
  shuffling,
  labels,
];

/** Those, and the pilots that settings were chosen by. */
export const everything: readonly Claim[] = [pilots, ...claims];
