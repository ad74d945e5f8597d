import {batchNorm} from '@contrastive/layers';
import * as tfl from '@tensorflow/tfjs-layers';
import {apply, convolution, relu} from './layers.js';

/** What a residual block needs besides its input. */
export interface Block {
  /** Prefix of its layers' names, for example `layer1.0`. */
  readonly name: string;
  readonly kind: 'basic' | 'bottleneck';
  /** Channels that a basic block puts out; a bottleneck puts out four times as many. */
  readonly width: number;
  /** Channels of a bottleneck's 3×3 convolution. */
  readonly innerWidth: number;
  readonly strides: number;
  /** Which convolution of a bottleneck has the stride. */
  readonly bottleneckStride: '1x1' | '3x3';
  readonly epsilon: number;
  readonly zeroInitLastGamma: boolean;
  /** Undefined for kernels of zeros. */
  readonly seed: number | undefined;
}

/** Channels that a block puts out for each channel inside. */
const expansion = {basic: 1, bottleneck: 4} as const;

/**
 * A residual block (He et al. 2016, arXiv:1512.03385, figure 5) as torchvision builds it: the bottleneck's stride in
 * the 3×3 convolution unless asked otherwise, a projection as shortcut only where the shape changes. Paper of SimCLR:
 * its code projects in the first block of every stage; not here, so that torch's weights fit.
 */
export function residualBlock(
  x: tfl.SymbolicTensor,
  {name, kind, width, innerWidth, strides, bottleneckStride, epsilon, zeroInitLastGamma, seed}: Block,
): tfl.SymbolicTensor {
  const filters = width * expansion[kind];
  const steps =
    kind === 'basic'
      ? [
          {filters, kernelSize: 3, strides},
          {filters, kernelSize: 3, strides: 1},
        ]
      : [
          {filters: innerWidth, kernelSize: 1, strides: bottleneckStride === '1x1' ? strides : 1},
          {filters: innerWidth, kernelSize: 3, strides: bottleneckStride === '1x1' ? 1 : strides},
          {filters, kernelSize: 1, strides: 1},
        ];

  const residual = steps.reduce((input, step, i) => {
    const last = i === steps.length - 1;
    const gammaInitializer = last && zeroInitLastGamma ? 'zeros' : 'ones';
    const convolved = convolution(input, {...step, name: `${name}.conv${i + 1}`, seed});
    const normed = apply(batchNorm({name: `${name}.bn${i + 1}`, gammaInitializer, epsilon}), convolved);
    return last ? normed : relu(normed, `${name}.relu${i + 1}`);
  }, x);

  const changes = strides !== 1 || x.shape[3] !== filters;
  const shortcut = changes
    ? apply(
        batchNorm({name: `${name}.downsample.1`, epsilon}),
        convolution(x, {name: `${name}.downsample.0`, filters, kernelSize: 1, strides, seed}),
      )
    : x;
  return relu(apply(tfl.layers.add({name: `${name}.add`}), [residual, shortcut]), `${name}.relu`);
}
