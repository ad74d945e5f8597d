import {common, computing} from '../../program/command.js';
import type {Settings} from '../../program/setting.js';

/** What `pretrain` may be told; all but the last ones are saved with the run. */
export const settings = {
  data: {kind: 'text', argument: true, value: 'DATA', about: 'the images to learn from; their labels are not used'},
  out: {kind: 'text', value: 'RUN', required: true, about: 'the folder of the run, for everything that it leaves'},
  method: {kind: ['simclr', 'moco-v1', 'moco-v2'], value: 'NAME', about: 'simclr (default), moco-v1 or moco-v2'},
  encoder: {
    kind: 'text',
    value: 'NAME|FILE',
    about: 'resnet10, 18, 34, 50, 101 or 152, or published weights to start from (.pth, .safetensors, a folder)',
  },
  width: {kind: 'count', about: 'channels of the first stage of the encoder'},
  size: {kind: 'count', value: 'PIXELS', about: 'pixels of a view, each way'},
  channels: {kind: 'channels', about: '1 (grey) or 3 (RGB)'},
  epochs: {kind: 'count', about: 'how many times each image is seen'},
  steps: {kind: 'count', about: 'steps, instead of epochs'},
  batch: {kind: 'count', value: 'IMAGES', about: 'images per step'},
  microBatch: {kind: 'count', value: 'IMAGES', about: 'images that go through the network at once, to save memory'},
  learningRate: {kind: 'positive', about: 'learning rate of SGD, at its peak'},
  weightDecay: {kind: 'amount', about: 'weight decay of SGD'},
  temperature: {kind: 'positive', about: 'temperature of the loss'},
  projection: {kind: 'count', about: 'dimensions of the projections that the loss compares'},
  queue: {kind: 'count', value: 'KEYS', about: 'negatives in the queue of MoCo'},
  keyMomentum: {kind: 'fraction', about: "how much of MoCo's key network stays in a step"},
  minArea: {kind: 'fraction', about: 'the least part of the image that a crop keeps'},
  seed: {kind: 'whole', about: 'decides every random number (1)'},
  saveEvery: {kind: 'count', value: 'STEPS', about: 'steps between two checkpoints'},
  ...computing,
  workers: {kind: 'whole', about: 'threads that decode images; one for each core by default'},
  resume: {kind: 'flag', about: 'go on with the run in RUN; its configuration is taken from there'},
  dryRun: {kind: 'flag', about: 'only time a few steps and say what the run would take'},
  ...common,
} as const satisfies Settings;
