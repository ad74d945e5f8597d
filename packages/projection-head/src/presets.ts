import * as tfl from '@tensorflow/tfjs-layers';
import {projectionHead, type ProjectionHeadOptions} from './projection-head.js';

/** Options of the heads of MoCo. */
export type HeadOptions = Pick<ProjectionHeadOptions, 'outputDim' | 'seed' | 'name'>;

/** Options of {@link simclrHead}. */
export interface SimCLRHeadOptions extends HeadOptions {
  /** Width of the hidden layers, `inputDim` by default. */
  readonly hiddenDim?: number;
  /** Number of linear layers: 2 by default, as in the paper; SimCLRv2 and the code's own default take 3. */
  readonly layers?: number;
  /** Start of the weights, `'normal'` by default: the code's N(0, 0.01²). */
  readonly initializer?: ProjectionHeadOptions['initializer'];
}

/**
 * The head of SimCLR: the paper projects with a perceptron of one hidden layer, g(h) = W₂·ReLU(W₁·h), to 128 features (Chen et al. 2020,
 * arXiv:2002.05709, section 2.1); its code puts a BatchNorm after each of the linear layers, which have no bias, and leaves out β of the last one.
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
  if (!Number.isSafeInteger(layers) || layers < 1) throw new RangeError(`simclrHead: expected at least one layer, got ${String(layers)}`);
  const hiddenDims = new Array<number>(layers - 1).fill(hiddenDim);
  return projectionHead({name: 'simclr-head', ...rest, inputDim, hiddenDims, initializer, batchNorm: true, lastBatchNorm: 'scale'});
}

/**
 * The head of MoCo v1: one linear layer with bias to 128 features in the place of the classifier (He et al. 2020, arXiv:1911.05722, section 3.3), started as
 * torch starts linear layers.
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
 * The head of MoCo v2: a perceptron with one hidden layer as wide as the features, ReLU, biases and no BatchNorm (Chen, Fan, Girshick & He 2020,
 * arXiv:2003.04297, section 3).
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
 * No head: the loss compares the features themselves (one of the three heads compared in Chen et al. 2020, arXiv:2002.05709, figure 8).
 *
 * @param inputDim Number of features of the encoder.
 * @returns `[n, inputDim]` to the same, the caller's; it has no weights.
 * @throws RangeError on a bad dimension.
 *
 * @example
 * const head = identityHead(512);
 */
export function identityHead(inputDim: number, {name = 'identity-head'}: Pick<HeadOptions, 'name'> = {}): tfl.LayersModel {
  if (!Number.isSafeInteger(inputDim) || inputDim <= 0) {
    throw new RangeError(`identityHead: expected a positive integer as inputDim, got ${String(inputDim)}`);
  }
  const layer = tfl.layers.activation({activation: 'linear', inputShape: [inputDim], name: 'projection.identity'});
  return tfl.sequential({layers: [layer], name});
}
