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
