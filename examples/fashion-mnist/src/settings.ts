/** What decides trainings and protocols; `--quick` has smaller ones. */
export interface Settings {
  /** Training and test images that are used, at most. */
  readonly images: number;
  /** How many seeds, from `--seed` on. */
  readonly seedCount: number;
  /** Training images by which settings are chosen, the same number of each class. */
  readonly validation: number;
  readonly depths: readonly number[];
  readonly width: number;
  readonly projection: number;
  readonly batchSize: number;
  readonly epochs: number;
  readonly supervisedEpochs: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly temperature: number;
  readonly area: readonly [number, number];
  readonly jitter: number;
  readonly queueSize: number;
  readonly keyMomentum: number;
  readonly mocoTemperature: number;
  readonly neighbours: number;
  readonly linearEpochs: number;
  readonly linearRates: readonly number[];
  readonly penalties: readonly number[];
  readonly shares: readonly number[];
  readonly shareEpochs: readonly number[];
  readonly tuneSteps: number;
  readonly tuneRates: readonly number[];
}

/** The benchmark: nearly the network and the recipe of the quickstart on all 60,000 images, in at most four hours. */
export const defaults = {
  images: Infinity,
  seedCount: 3,
  validation: 10_000, // of 60,000
  depths: [1, 1, 1, 1], // half a ResNet-18; the quickstart has a fifth stage
  width: 16, // a quarter of ResNet-18's
  projection: 128, // numbers that the losses compare, as in both papers
  batchSize: 128, // of all trainings
  epochs: 4, // of SimCLR and MoCo: 1,872 steps, or three seeds would take more than four hours; papers: 100 to 1000
  supervisedEpochs: 5, // a step of one view takes half as long
  learningRate: 0.12, // of all three, as in the quickstart
  weightDecay: 5e-4, // usual for SGD on small images
  temperature: 0.2, // of NT-Xent; paper: 0.1 for 4096 images
  area: [0.2, 1], // of the image that a crop keeps; paper: from 0.08, but so little of a garment is only cloth
  jitter: 0.4, // how far brightness and contrast move: SimCLR's 0.8 × strength, at half strength as for CIFAR
  queueSize: 4096, // of MoCo v2, as in the authors' CIFAR demo; paper: 65536 of a million images
  keyMomentum: 0.99, // the demo's; paper: 0.999, with which keys would lag too long in so few steps
  mocoTemperature: 0.1, // the demo's; paper: 0.2
  neighbours: 200, // with temperature 0.1, as is usual on ImageNet and CIFAR
  linearEpochs: 10, // 2,350 steps; papers: 100 and 90 epochs
  linearRates: [0.1, 0.3, 1, 3, 10, 30], // of which validation images choose, beside the recipe's own rate
  penalties: [1e-1, 1e-2, 1e-3, 1e-4, 1e-5], // of logistic regression; paper: 45 values from 1e-6 to 1e5
  shares: [0.01, 0.1], // of the labels, as in SimCLR's table 7
  shareEpochs: [60, 30], // of fine-tuning on those, the paper's
  tuneSteps: 1_000, // of each fine-tuning on all labels; paper: 20,000
  tuneRates: [0.5], // of all fine-tuning, for 256 images; paper: 0.05 with few labels, for far larger batches
} as const satisfies Settings;
