import {quickstart as example} from '../../examples/quickstart/src/settings.js';
import type {ProbeSettings} from './probe-settings.js';

/** What the steps of all methods have: the network and its update. */
interface NetworkStep {
  /** Blocks in each stage of the ResNet. */
  readonly depths: readonly number[];
  /** Their kind: two 3×3 convolutions, or a 3×3 one between two of 1×1. */
  readonly block: 'basic' | 'bottleneck';
  /** What is before them: a 3×3 convolution, or one of 7×7 with stride 2 and a pool. */
  readonly stem: 'cifar' | 'imagenet';
  /** Channels of the first stage; doubled from stage to stage. */
  readonly width: number;
  /** Channels of the images. */
  readonly channels: number;
  /** Height and width of the images, in pixels. */
  readonly size: number;
  /** Length of a projection; the head's hidden layer is as wide as the features. */
  readonly outputs: number;
  /** Images in a batch, each seen in two views. */
  readonly pairs: number;
  /** Temperature of the loss. */
  readonly temperature: number;
  /** Learning rate, constant. */
  readonly learningRate: number;
  /** Momentum of SGD. */
  readonly momentum: number;
  /** Weight decay: SimCLR's of kernels alone, MoCo's of all parameters. */
  readonly weightDecay: number;
  /** Images that go through the network at a time, where it is not the whole batch. */
  readonly microBatch?: number;
  /** Steps of this that count as one; one where it is not said. */
  readonly repeat?: number;
}

/** A step of SimCLR: both views through the network, NT-Xent. */
export interface SimCLRStep extends NetworkStep {
  readonly method: 'simclr';
  /** Where present, new views are made for each step, as training does; else the same two are given to every step. */
  readonly views?: ViewsSettings;
}

/** A step of MoCo v2: view one is the query, view two the key; InfoNCE against a queue of keys. */
export interface MoCoStep extends NetworkStep {
  readonly method: 'moco';
  /** Number of negatives; a multiple of `pairs`. */
  readonly queueSize: number;
  /** The fraction of the key network that stays in a step. */
  readonly keyMomentum: number;
}

/** One training step, in numbers: what every contestant builds and runs. Travels to the contestants as JSON. */
export type StepSettings = SimCLRStep | MoCoStep;

/** Random views for SimCLR, in numbers: images, policy and batches. Travels to the contestants as JSON. */
export interface ViewsSettings {
  readonly method: 'views';
  /** Whether the images lie in memory, as pixels, or in files, as JPEG. */
  readonly from: 'memory' | 'files';
  /** Number of images. */
  readonly images: number;
  /** Height of the images, in pixels. */
  readonly height: number;
  /** Width of the images, in pixels. */
  readonly width: number;
  /** Height and width of the views, in pixels. */
  readonly size: number;
  /** Strength of the colour jitter. */
  readonly strength: number;
  /** Whether half of the views are blurred. */
  readonly blur: boolean;
  /** Images in a batch, each seen in two views. */
  readonly batchSize: number;
  /** Batches in a turn: enough that neither filling nor draining what is made ahead weighs. */
  readonly batches: number;
}

/** What a row measures, in numbers. */
export type Settings = StepSettings | ViewsSettings | ProbeSettings;

/** Whether a training step is measured. */
export const isStep = (settings: Settings): settings is StepSettings =>
  settings.method === 'simclr' || settings.method === 'moco';

/** Whether features are measured. */
export const isProbe = (settings: Settings): settings is ProbeSettings =>
  settings.method === 'logistic' || settings.method === 'neighbours';

/** Settings as a contestant gets them. */
export type ContestantSettings<S extends Settings = StepSettings> = S & {
  /** Untimed steps before the first timed one. */
  readonly warmup: number;
  /** Threads to compute with. */
  readonly threads: number;
  /** In which numbers a peer computes; the weights are float32. */
  readonly precision: 'float32' | 'bfloat16';
  /** Where to compute: where ours computes. */
  readonly device: 'cpu' | 'gpu';
  /** Where images or features lie. */
  readonly directory: string;
};

/** Features that the encoder gives for an image: the channels of its last stage. */
export const featuresOf = ({width, depths, block}: StepSettings): number =>
  (block === 'bottleneck' ? 4 : 1) * width * 2 ** (depths.length - 1);

/** ResNet-18 for CIFAR on 64 pairs of 32×32, with the usual recipe of SimCLR on CIFAR-10. */
export const r18Cifar: SimCLRStep = {
  method: 'simclr',
  depths: [2, 2, 2, 2],
  block: 'basic',
  stem: 'cifar',
  width: 64,
  channels: 3,
  size: 32,
  outputs: 128,
  pairs: 64,
  temperature: 0.5,
  learningRate: 0.03,
  momentum: 0.9,
  weightDecay: 5e-4,
};

/** ResNet-50 as on ImageNet, with as many images as two cores train in a second or two. */
export const r50Photos: SimCLRStep = {
  ...r18Cifar,
  depths: [3, 4, 6, 3],
  block: 'bottleneck',
  stem: 'imagenet',
  size: 224,
  pairs: 8,
  learningRate: 5e-4, // of so few images at a time: with more, rounding decides what an update does
};

/** A batch of 1024 pairs, in slices of the first step's. */
const large = {pairs: 1024, microBatch: r18Cifar.pairs};

/** SimCLR on 1024 pairs, in the memory of 64. */
export const simclr1024: SimCLRStep = {...r18Cifar, ...large};

/** SimCLR on half as many views: as many images with a gradient as {@link mocoR18Cifar} has. */
export const r18Half: SimCLRStep = {...r18Cifar, pairs: r18Cifar.pairs / 2};

/** The policy for CIFAR-10. */
export const viewsCifar: ViewsSettings = {
  method: 'views',
  from: 'memory',
  images: 10_240,
  height: 32,
  width: 32,
  size: 32,
  strength: 0.5,
  blur: false,
  batchSize: 256,
  batches: 40,
};

/** The policy for ImageNet, on JPEG files of the size that its photos often have. */
export const viewsJpeg: ViewsSettings = {
  method: 'views',
  from: 'files',
  images: 256,
  height: 375,
  width: 500,
  size: 224,
  strength: 1,
  blur: true,
  batchSize: 32,
  batches: 32,
};

/** The first step with views of images in memory, made for each step. */
export const r18Views: SimCLRStep = {...r18Cifar, views: {...viewsCifar, batchSize: r18Cifar.pairs}};

/**
 * The same network on the same 64 pairs, with the settings of MoCo's authors for CIFAR-10 and the temperature of MoCo
 * v2.
 */
export const mocoR18Cifar: MoCoStep = {
  ...r18Cifar,
  method: 'moco',
  temperature: 0.2,
  queueSize: 4096,
  keyMomentum: 0.99,
};

/** MoCo on 1024 pairs, in the memory of 64. */
export const moco1024: MoCoStep = {...mocoR18Cifar, ...large};

/** As many images in batches of one slice each: what a large batch is compared with. */
export const inSmallBatches = ({microBatch = 1, pairs, ...rest}: StepSettings): StepSettings => ({
  ...rest,
  pairs: microBatch,
  repeat: pairs / microBatch,
});

/** The step of the quickstart on Fashion-MNIST; its settings are the quickstart's own. */
export const quickstart: SimCLRStep = {
  method: 'simclr',
  depths: example.depths,
  block: 'basic',
  stem: 'cifar',
  width: example.width,
  channels: 1,
  size: 28,
  outputs: example.projection,
  pairs: example.batchSize,
  temperature: example.temperature,
  learningRate: example.learningRate,
  momentum: 0.9,
  weightDecay: example.weightDecay,
};

/**
 * The same step, batch of views or measure of features, so small that it takes milliseconds: shows that a row runs, its
 * times mean nothing.
 */
export function tiny<S extends Settings>(settings: S): S {
  if (settings.method === 'views') return {...settings, images: 32, batchSize: 16, batches: 1};
  if (isProbe(settings)) {
    const grid = settings.method === 'logistic' && settings.l2Grid && {l2Grid: [1, 1e-2, 1e-4]};
    return {...settings, rows: 200, judged: 50, columns: 16, ...grid, ...(settings.method === 'neighbours' && {k: 5})};
  }
  const small = {depths: settings.depths.map(() => 1), width: 8, outputs: 16, pairs: 8, learningRate: 0.03};
  const slices = settings.microBatch !== undefined && {microBatch: 4};
  const views = settings.method === 'simclr' &&
    settings.views && {views: {...settings.views, images: 32, batchSize: small.pairs}};
  return {...settings, ...small, ...slices, ...views, ...(settings.method === 'moco' && {queueSize: 64})};
}
