import type {Look, MocoTraining, SetName, SimclrTraining, SupervisedTraining, Untrained} from './experiment.js';

/**
 * Half a ResNet-18 with a quarter of its channels: the quickstart's without its fifth stage, on half as many pixels as
 * the images have, the fewest on which SimCLR's rule for the blur still blurs. A step takes half as long.
 */
const network = {images: 'fashion', size: 20, depths: [1, 1, 1, 1], width: 16} as const;

/** Half of what is bundled; the other half is for validation. */
const count = 5_000;

/** Cut out and flipped; paper: from 0.08, but so little of a garment is only cloth. */
export const crop: Look = {crop: [0.2, 1]};
/** SimCLR's colours at half strength, as for CIFAR. Of grey images only brightness and contrast change. */
export const colour: Look = {
  jitter: {brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1, probability: 0.8, form: 'simclr-v2'},
  grey: 0.2,
};
/** By SimCLR's rule for its size, three pixels wide at these sizes. */
export const blur: Look = {blur: 0.5};

/** SimCLR as all claims have it, but for what they vary. */
export const simclrBase: SimclrTraining = {
  ...network,
  method: 'SimCLR',
  count,
  epochs: 16,
  batchSize: 128,
  learningRate: 0.12,
  weightDecay: 5e-4,
  temperature: 0.2,
  schedule: 'cosine',
  head: 'MLP',
  look: {...crop, ...colour},
};

/** MoCo with the views of SimCLR; its head is that of v2, without BatchNorm, and its temperature its own. */
export const mocoBase: MocoTraining = {
  ...simclrBase,
  method: 'MoCo',
  temperature: 0.1,
  queueSize: 1_024,
  keyMomentum: 0.99,
  splits: 1,
  shuffle: true,
};

/** The network before any training; here its blocks do something from the start, which makes a better baseline. */
export const untrained: Untrained = {...network, method: 'untrained'};

/** All of the network on labels. */
export const supervisedBase: SupervisedTraining = {
  ...network,
  method: 'supervised',
  count,
  steps: 1_000,
  batchSize: 64,
  learningRate: 0.18,
  weightDecay: 5e-4,
  look: {crop: [0.5, 1]},
};

/** The learning rate of another batch by the linear rule; at 128 images it is that of the base. */
export const linearly = (rate: number, batchSize: number): number => (rate * batchSize) / 128;

/** Channels of an image. */
export const channelsOf = (set: SetName): 1 | 3 => (set === 'emoji' ? 3 : 1);
