import {quickstart as example} from '../../examples/quickstart/src/settings.js';

/** One SimCLR training step, in numbers: what every contestant builds and runs. Travels to the contestants as JSON. */
export interface StepSettings {
  /** Basic blocks in each stage of the ResNet, whose stem is that for CIFAR. */
  readonly depths: readonly number[];
  /** Channels of the first stage; doubled from stage to stage. */
  readonly width: number;
  /** Channels of the images. */
  readonly channels: number;
  /** Height and width of the images, in pixels. */
  readonly size: number;
  /** Width of the projection head's hidden layer. */
  readonly hidden: number;
  /** Length of a projection. */
  readonly outputs: number;
  /** Images in a batch, each seen in two views. */
  readonly pairs: number;
  /** Temperature of NT-Xent. */
  readonly temperature: number;
  /** Learning rate, constant. */
  readonly learningRate: number;
  /** Momentum of SGD. */
  readonly momentum: number;
  /** Weight decay of kernels; BatchNorm's parameters have none. */
  readonly weightDecay: number;
}

/** Settings as a contestant gets them. */
export interface ContestantSettings extends StepSettings {
  /** Untimed steps before the first timed one. */
  readonly warmup: number;
  /** Threads to compute with. */
  readonly threads: number;
  /** Where to compute: where ours computes. */
  readonly device: 'cpu' | 'gpu';
}

/** ResNet-18 for CIFAR on 64 pairs of 32×32, with the usual recipe of SimCLR on CIFAR-10. */
export const r18Cifar: StepSettings = {
  depths: [2, 2, 2, 2],
  width: 64,
  channels: 3,
  size: 32,
  hidden: 512,
  outputs: 128,
  pairs: 64,
  temperature: 0.5,
  learningRate: 0.03,
  momentum: 0.9,
  weightDecay: 5e-4,
};

/** The step of the quickstart on Fashion-MNIST, whose head is as wide as its features; its settings are the quickstart's own. */
export const quickstart: StepSettings = {
  depths: example.depths,
  width: example.width,
  channels: 1,
  size: 28,
  hidden: example.width * 2 ** (example.depths.length - 1),
  outputs: example.projection,
  pairs: example.batchSize,
  temperature: example.temperature,
  learningRate: example.learningRate,
  momentum: 0.9,
  weightDecay: example.weightDecay,
};

/** The same step, so small that it takes milliseconds: shows that a row runs, its times mean nothing. */
export function tiny(settings: StepSettings): StepSettings {
  return {...settings, depths: settings.depths.map(() => 1), width: 8, hidden: 16, outputs: 16, pairs: 8, learningRate: 0.03};
}
