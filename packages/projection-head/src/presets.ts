import * as tfl from '@tensorflow/tfjs-layers';
import {projectionHead, type ProjectionHeadOptions} from './projection-head.js';

/** Options of the heads of MoCo. */
export type HeadOptions = Pick<ProjectionHeadOptions, 'outputDim' | 'seed' | 'name'>;

/** Options of {@link simclrHead}. */
export interface SimCLRHeadOptions extends HeadOptions {
  /** Width of the hidden layers, `inputDim` by default. */
  readonly hiddenDim?: number;
  /**
   * Number of linear layers: 2 by default, as in the paper; 3 is that of SimCLRv2 (Chen et al. 2020, arXiv:2006.10029,
   * section 2) and the code's own default.
   */
  readonly layers?: number;
  /** Start of the weights, `'normal'` by default: the code's N(0, 0.01²). */
  readonly initializer?: ProjectionHeadOptions['initializer'];
}

/**
 * The head of SimCLR: a perceptron with one hidden layer and a ReLU, g(h) = W₂·ReLU(W₁·h), takes the features to the
 * 128 dimensions in which the loss compares them (Chen et al. 2020, arXiv:2002.05709, sections 2.1 and 2.3). SimCLRv2
 * takes three layers.
 *
 * Paper: two matrices and a ReLU. Here: a BatchNorm after each linear layer, the last one without β, and no biases,
 * because the authors' code has it so (google-research/simclr, model_util.py), as it has the start of the weights, N(0,
 * 0.01²).
 *
 * @param inputDim Number of features of the encoder.
 * @returns `[n, inputDim]` to `[n, outputDim]`, the caller's.
 * @throws RangeError or TypeError on a bad option.
 *
 * @example
 * const head = simclrHead(512, {outputDim: 64, seed: 1});
 */
export function simclrHead(inputDim: number, options: SimCLRHeadOptions = {}): tfl.LayersModel {
  const {hiddenDim = inputDim, layers = 2, initializer = 'normal', ...rest} = options;
  if (!Number.isSafeInteger(layers) || layers < 1)
    throw new RangeError(`simclrHead: expected at least one layer, got ${String(layers)}`);
  const hiddenDims = new Array<number>(layers - 1).fill(hiddenDim);
  return projectionHead({
    name: 'simclr-head',
    ...rest,
    inputDim,
    hiddenDims,
    initializer,
    batchNorm: true,
    lastBatchNorm: 'scale',
  });
}

/**
 * The head of MoCo v1: the encoder is a ResNet whose last fully-connected layer, after the global pooling, puts out 128
 * numbers instead of classes (He et al. 2020, arXiv:1911.05722, section 3.3). So it is one linear layer with bias,
 * started as torch starts it.
 *
 * @param inputDim Number of features of the encoder.
 * @returns `[n, inputDim]` to `[n, outputDim]`, the caller's.
 * @throws RangeError on a bad option.
 *
 * @example
 * const head = mocoV1Head(2048);
 */
export function mocoV1Head(inputDim: number, options: HeadOptions = {}): tfl.LayersModel {
  return projectionHead({name: 'moco-v1-head', ...options, inputDim});
}

/**
 * The head of MoCo v2: the fully-connected layer of v1 gives way to a perceptron of two layers, the hidden one as wide
 * as the features (2048) and followed by a ReLU (Chen, Fan, Girshick & He 2020, arXiv:2003.04297, section 3). Both
 * layers have biases and there is no BatchNorm, as in the authors' code.
 *
 * @param inputDim Number of features of the encoder.
 * @returns `[n, inputDim]` to `[n, outputDim]`, the caller's.
 * @throws RangeError on a bad option.
 *
 * @example
 * const head = mocoV2Head(2048);
 */
export function mocoV2Head(inputDim: number, options: HeadOptions = {}): tfl.LayersModel {
  return projectionHead({name: 'moco-v2-head', ...options, inputDim, hiddenDims: [inputDim]});
}

/**
 * No head: the loss compares the features themselves. Of the three that the paper compares (nonlinear, linear, none) it
 * leaves the worst features (Chen et al. 2020, arXiv:2002.05709, section 4.2 and figure 8).
 *
 * @param inputDim Number of features of the encoder.
 * @returns `[n, inputDim]` to the same, the caller's; it has no weights.
 * @throws RangeError on a bad dimension.
 *
 * @example
 * const head = identityHead(512);
 */
export function identityHead(
  inputDim: number,
  {name = 'identity-head'}: Pick<HeadOptions, 'name'> = {},
): tfl.LayersModel {
  if (!Number.isSafeInteger(inputDim) || inputDim <= 0) {
    throw new RangeError(`identityHead: expected a positive integer as inputDim, got ${String(inputDim)}`);
  }
  const layer = tfl.layers.activation({activation: 'linear', inputShape: [inputDim], name: 'projection.identity'});
  return tfl.sequential({layers: [layer], name});
}
