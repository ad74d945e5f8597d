/** A run's configuration, whole: with it and the same images and machine, the run is the same again. */
export interface Configuration {
  /** The images, with paths as they are from anywhere. */
  readonly data: string;
  readonly method: 'simclr' | 'moco-v1' | 'moco-v2';
  /** `resnet18` and so on, or the path of weights to start from. */
  readonly encoder: string;
  /** Channels of the first stage; not of weights from a file. */
  readonly width?: number;
  /** Pixels of a view, each way. */
  readonly size: number;
  readonly channels: 1 | 3;
  /** How long, by the one or the other. */
  readonly epochs?: number;
  readonly steps?: number;
  readonly batch: number;
  readonly microBatch?: number;
  /** At the highest. */
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly temperature: number;
  readonly projection: number;
  /** Of MoCo alone. */
  readonly queue?: number;
  readonly keyMomentum?: number;
  readonly minArea: number;
  readonly seed: number;
  readonly saveEvery: number;
}
