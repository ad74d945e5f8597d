/** Options of {@link resnet}. */
export interface ResNetOptions {
  /** Number of residual blocks of each stage, at least one stage; every stage after the first halves the resolution. */
  readonly depths: readonly number[];
  /**
   * `'basic'`: two 3×3 convolutions; `'bottleneck'`: 1×1, 3×3 (with the stride), 1×1 and four times as many channels
   * out. `'basic'` by default.
   */
  readonly block?: 'basic' | 'bottleneck';
  /**
   * Channels of the stem and of the first stage's 3×3 convolutions, doubled at each stage; 64 by default, 128 for what
   * SimCLR calls 2×.
   */
  readonly width?: number;
  /**
   * `'imagenet'`: a 7×7 convolution with stride 2 and a max-pool, so four pixels of a side become one; `'cifar'`: one
   * 3×3 convolution with stride 1, no pool, for images of 32 pixels or fewer (Chen et al. 2020, arXiv:2002.05709,
   * appendix B.9). `'imagenet'` by default.
   */
  readonly stem?: 'imagenet' | 'cifar';
  /**
   * Height, width and channels of the images: 1 or 3 channels; null for any height or width. `[null, null, 3]` by
   * default.
   */
  readonly inputShape?: readonly [height: number | null, width: number | null, channels: number];
  /**
   * Starts γ of each block's last BatchNorm at 0, so that every block starts as its shortcut (Goyal et al. 2017,
   * arXiv:1706.02677); false by default.
   */
  readonly zeroInitLastGamma?: boolean;
  /** Seed of the weights, any integer, 0 by default: the same seed gives the same weights on every backend. */
  readonly seed?: number;
  /** Name of the model, `'resnet'` by default. */
  readonly name?: string;
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) > 0;

/** The options with their defaults; throws before anything is made. */
export function checked(options: ResNetOptions): Required<ResNetOptions> {
  const {depths, block = 'basic', width = 64, stem = 'imagenet', inputShape = [null, null, 3]} = options;
  const {zeroInitLastGamma = false, seed = 0, name = 'resnet'} = options;
  if (!Array.isArray(depths))
    throw new TypeError(
      `resnet: expected depths as a list of block counts, such as [2, 2, 2, 2], got ${String(depths)}`,
    );
  if (depths.length === 0 || !depths.every(isCount)) {
    throw new RangeError(
      `resnet: expected depths with a positive block count for each stage, got [${depths.join(', ')}]`,
    );
  }
  if (!['basic', 'bottleneck'].includes(block))
    throw new TypeError(`resnet: expected block 'basic' or 'bottleneck', got ${JSON.stringify(block)}`);
  if (!['imagenet', 'cifar'].includes(stem))
    throw new TypeError(`resnet: expected stem 'imagenet' or 'cifar', got ${JSON.stringify(stem)}`);
  if (!isCount(width)) throw new RangeError(`resnet: expected a positive integer as width, got ${String(width)}`);
  const sides: readonly unknown[] = inputShape;
  if (!Array.isArray(inputShape) || sides.length !== 3) {
    throw new TypeError(`resnet: expected inputShape as [height, width, channels], got ${JSON.stringify(inputShape)}`);
  }
  if (!sides.slice(0, 2).every(side => side === null || isCount(side))) {
    throw new RangeError(
      'resnet: expected positive integers, or null for any, as height and width of inputShape, got ' +
        JSON.stringify(inputShape),
    );
  }
  if (inputShape[2] !== 1 && inputShape[2] !== 3) {
    throw new RangeError(
      `resnet: expected 1 channel (grey) or 3 (RGB) at the end of inputShape, got ${JSON.stringify(inputShape)}`,
    );
  }
  if (!Number.isSafeInteger(seed)) throw new RangeError(`resnet: expected an integer as seed, got ${String(seed)}`);
  return {depths, block, width, stem, inputShape, zeroInitLastGamma, seed, name};
}
