import {
  advised,
  anything,
  checkOptions,
  choice,
  flag,
  imageChannels,
  integer,
  list,
  narrowed,
  number,
  required,
  text,
  type Rules,
} from '@contrastive/internal';
import {batchNorm, requireBackend} from '@contrastive/layers';
import * as tfl from '@tensorflow/tfjs-layers';
import {residualBlock} from './block.js';
import {apply, convolution, pad, relu} from './layers.js';

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
   * Channels of the first stage's 3×3 convolutions in bottlenecks, doubled at each stage; `width` by default, 128 for
   * torchvision's `wide_resnet50_2`, whose blocks put out as many as those of `resnet50`. For bottlenecks only.
   */
  readonly innerWidth?: number;
  /**
   * Which convolution of a bottleneck has the stride: `'3x3'` by default, as in torchvision and SimCLR (also called
   * v1.5); `'1x1'` in the paper and in networks that came from Caffe.
   */
  readonly bottleneckStride?: '1x1' | '3x3';
  /**
   * `'imagenet'`: a 7×7 convolution with stride 2 and a max-pool, so four pixels of a side become one; `'cifar'`: one
   * 3×3 convolution with stride 1, no pool, for images of 32 pixels or fewer (Chen et al. 2020, arXiv:2002.05709,
   * appendix B.9). `'imagenet'` by default.
   */
  readonly stem?: 'imagenet' | 'cifar';
  /**
   * Zeros on every side of the images before the first convolution, from 0 on: 3 by default for `'imagenet'`, 1 for
   * `'cifar'`, where solo-learn has 2.
   */
  readonly stemPadding?: number;
  /** Added to the variance in every BatchNorm, above 0; 1e-5 by default. */
  readonly epsilon?: number;
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
  /**
   * Start of the kernels: `'normal'` by default, of variance 2/(k²·filters) (He et al. 2015, arXiv:1502.01852);
   * `'zeros'` for a network whose weights come from a file, since millions of draws take a second.
   */
  readonly initializer?: 'normal' | 'zeros';
  /** Seed of the weights, any integer, 0 by default: the same seed gives the same weights on every backend. */
  readonly seed?: number;
  /** Name of the model, `'resnet'` by default. */
  readonly name?: string;
}

const count = integer({least: 1});

/** Options of the presets: all but the depths and the kind of block. */
export type PresetOptions = Omit<ResNetOptions, 'depths' | 'block'>;

/** What the options of the presets may be. */
export const presetRules: Rules<PresetOptions> = {
  width: count,
  stem: choice('imagenet', 'cifar'),
  inputShape: narrowed(
    list(anything, '[height, width, channels], null for any side and 1 (grey) or 3 (RGB) channels,', 3),
    ([height, width, channels]: readonly unknown[]) =>
      [height, width].every(side => side === null || !count.judge(side)) && !imageChannels.judge(channels),
  ),
  innerWidth: count,
  bottleneckStride: choice('1x1', '3x3'),
  stemPadding: integer({least: 0}),
  epsilon: number({above: 0}),
  zeroInitLastGamma: flag,
  initializer: choice('normal', 'zeros'),
  seed: integer(),
  name: text,
};

const depthsRule = narrowed(
  list(count, 'block counts of one stage or more'),
  (all: readonly number[]) => all.length > 0,
);
const rules: Rules<ResNetOptions> = {
  depths: required(advised(depthsRule, 'give a list such as [2, 2, 2, 2]')),
  block: choice('basic', 'bottleneck'),
  ...presetRules,
};

/**
 * A residual network without classifier (He et al. 2016, arXiv:1512.03385): images `[n, h, w, c]` to features `[n, d]`,
 * the global average of the last stage. Layers, their names (`conv1`, `layer1.0.bn1`, `layer2.0.downsample.0`) and
 * their arithmetic are torchvision's, so its weights fit; BatchNorm is `batchNorm` of `@contrastive/layers`. The number
 * of features d is `model.outputShape[1]`: `width · 2^(stages − 1)`, four times that for bottlenecks.
 *
 * @returns The caller's; `dispose()` frees its weights.
 * @throws RangeError or TypeError on a bad or unknown option.
 *
 * @example
 * const encoder = resnet({depths: [1, 1, 1, 1], width: 16, stem: 'cifar', inputShape: [28, 28, 1], seed: 1});
 * const features = encoder.predict(tf.zeros([8, 28, 28, 1])); // [8, 128]
 */
export function resnet(options: ResNetOptions): tfl.LayersModel {
  checkOptions('resnet', options, rules);
  requireBackend('resnet');
  const {depths, block = 'basic', width = 64, stem = 'imagenet', inputShape = [null, null, 3]} = options;
  const {innerWidth = width, bottleneckStride = '3x3', stemPadding, epsilon = 1e-5} = options;
  const bottlenecksOnly = (['innerWidth', 'bottleneckStride'] as const).find(key => options[key] !== undefined);
  if (block === 'basic' && bottlenecksOnly !== undefined) {
    throw new RangeError(
      `resnet: expected 'bottleneck' as block beside ${bottlenecksOnly}, got 'basic'; leave ${bottlenecksOnly} out.`,
    );
  }
  const {zeroInitLastGamma = false, initializer = 'normal', seed = 0, name = 'resnet'} = options;
  const start = initializer === 'zeros' ? undefined : seed;
  const inputs = tfl.input({shape: [...inputShape], name: `${name}.images`});

  const geometry = stem === 'imagenet' ? {kernelSize: 7, strides: 2} : {kernelSize: 3, strides: 1};
  const convolved = convolution(inputs, {
    name: 'conv1',
    filters: width,
    ...geometry,
    padding: stemPadding,
    seed: start,
  });
  let x = relu(apply(batchNorm({name: 'bn1', epsilon}), convolved), 'relu');
  if (stem === 'imagenet') {
    // After a ReLU zeros never win over a larger value, so they stand for torch's padding with −∞.
    x = apply(
      tfl.layers.maxPooling2d({name: 'maxpool', poolSize: 3, strides: 2, padding: 'valid'}),
      pad(x, 'maxpool.pad', 1),
    );
  }

  depths.forEach((depth, stage) => {
    for (let i = 0; i < depth; i++) {
      const strides = stage > 0 && i === 0 ? 2 : 1;
      x = residualBlock(x, {
        name: `layer${stage + 1}.${i}`,
        kind: block,
        width: width * 2 ** stage,
        innerWidth: innerWidth * 2 ** stage,
        strides,
        bottleneckStride,
        epsilon,
        zeroInitLastGamma,
        seed: start,
      });
    }
  });

  return tfl.model({inputs, outputs: apply(tfl.layers.globalAveragePooling2d({name: 'avgpool'}), x), name});
}
