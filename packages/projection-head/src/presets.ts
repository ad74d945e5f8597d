import {advised, checkOptions, checkValue, integer, type Rules} from '@contrastive/internal';
import type * as tfl from '@tensorflow/tfjs-layers';
import {headRules, projectionHead, type ProjectionHeadOptions} from './projection-head.js';

/** Options of the heads of MoCo. */
export type HeadOptions = Pick<ProjectionHeadOptions, 'outputDim' | 'seed' | 'name'>;

/** Options of {@link simclrHead}. */
export interface SimCLRHeadOptions extends HeadOptions {
  /** Width of the hidden layers, by default that of the features. */
  readonly hiddenDim?: number;
  /**
   * Number of linear layers: 2 by default, as in the paper; 3 is that of SimCLRv2 (Chen et al. 2020, arXiv:2006.10029,
   * section 2) and the code's own default.
   */
  readonly layers?: number;
  /** Start of the weights, `'normal'` by default: the code's N(0, 0.01²). */
  readonly initializer?: ProjectionHeadOptions['initializer'];
}

const count = integer({least: 1});
const mocoRules: Rules<HeadOptions> = {outputDim: headRules.outputDim, seed: headRules.seed, name: headRules.name};
const simclrRules: Rules<SimCLRHeadOptions> = {
  ...mocoRules,
  hiddenDim: count,
  layers: count,
  initializer: headRules.initializer,
};

const featuresRule = advised(
  {...count, expected: 'an encoder, or an integer from 1 on,'},
  'give a built LayersModel with one output [n, d], or its d',
);

/** The number of features of an encoder, or that number. */
function dimOf(where: string, features: tfl.LayersModel | number): number {
  // JavaScript callers may pass anything; a model that is not built has no outputs.
  const outputs = (features as Partial<tfl.LayersModel> | null | undefined)?.outputs ?? [];
  if (outputs.length === 0) {
    checkValue(where, 'features', features, featuresRule);
    return features as number;
  }
  const [{shape}, ...others] = outputs;
  if (others.length === 0 && shape.length === 2 && shape[1] !== null) return shape[1];
  const shapes = outputs.map(output => `[${output.shape.map(size => size ?? 'n').join(', ')}]`);
  throw new RangeError(
    `${where}: expected an encoder with one output [n, d] and a known d, got ${shapes.join(' and ')}; end it with ` +
      'globalAveragePooling2d, or with flatten and images of one size.',
  );
}

/**
 * The head of SimCLR: a perceptron with one hidden layer and a ReLU, g(h) = W₂·ReLU(W₁·h), takes the features to the
 * 128 dimensions in which the loss compares them (Chen et al. 2020, arXiv:2002.05709, sections 2.1 and 2.3). SimCLRv2
 * takes three layers.
 *
 * Paper: two matrices and a ReLU. Here: a BatchNorm after each linear layer, the last one without β, and no biases,
 * because the authors' code has it so (google-research/simclr, model_util.py), as it has the start of the weights,
 * N(0, 0.01²).
 *
 * @param features The encoder, or its number of features.
 * @returns `[n, features]` to `[n, outputDim]`, the caller's.
 * @throws RangeError or TypeError on a bad or unknown option, or an encoder without a known output `[n, d]`.
 *
 * @example
 * const head = simclrHead(encoder, {outputDim: 64, seed: 1});
 */
export function simclrHead(features: tfl.LayersModel | number, options: SimCLRHeadOptions = {}): tfl.LayersModel {
  checkOptions('simclrHead', options, simclrRules);
  const inputDim = dimOf('simclrHead', features);
  const {hiddenDim = inputDim, layers = 2, initializer = 'normal', name = 'simclr-head', ...rest} = options;
  const hiddenDims = new Array<number>(layers - 1).fill(hiddenDim);
  return projectionHead({...rest, inputDim, hiddenDims, initializer, name, batchNorm: true, lastBatchNorm: 'scale'});
}

/**
 * The head of MoCo v1: the encoder is a ResNet whose last fully-connected layer, after the global pooling, puts out 128
 * numbers instead of classes (He et al. 2020, arXiv:1911.05722, section 3.3). So it is one linear layer with bias,
 * started as torch starts it.
 *
 * @param features The encoder, or its number of features.
 * @returns `[n, features]` to `[n, outputDim]`, the caller's.
 * @throws RangeError or TypeError on a bad or unknown option, or an encoder without a known output `[n, d]`.
 *
 * @example
 * const head = mocoV1Head(encoder);
 */
export function mocoV1Head(features: tfl.LayersModel | number, options: HeadOptions = {}): tfl.LayersModel {
  checkOptions('mocoV1Head', options, mocoRules);
  const {name = 'moco-v1-head', ...rest} = options;
  return projectionHead({...rest, name, inputDim: dimOf('mocoV1Head', features)});
}

/**
 * The head of MoCo v2: the fully-connected layer of v1 gives way to a perceptron of two layers, the hidden one as wide
 * as the features (2048) and followed by a ReLU (Chen, Fan, Girshick & He 2020, arXiv:2003.04297, section 3). Both
 * layers have biases and there is no BatchNorm, as in the authors' code.
 *
 * @param features The encoder, or its number of features.
 * @returns `[n, features]` to `[n, outputDim]`, the caller's.
 * @throws RangeError or TypeError on a bad or unknown option, or an encoder without a known output `[n, d]`.
 *
 * @example
 * const head = mocoV2Head(encoder);
 */
export function mocoV2Head(features: tfl.LayersModel | number, options: HeadOptions = {}): tfl.LayersModel {
  checkOptions('mocoV2Head', options, mocoRules);
  const {name = 'moco-v2-head', ...rest} = options;
  const inputDim = dimOf('mocoV2Head', features);
  return projectionHead({...rest, name, inputDim, hiddenDims: [inputDim]});
}
