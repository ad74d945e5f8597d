import {checkOptions, choice, flag, integer, list, required, text, type Rules} from '@contrastive/internal';
import {batchNorm as batchNormLayer, requireBackend, seedFor} from '@contrastive/layers';
import * as tfl from '@tensorflow/tfjs-layers';

/** Options of {@link projectionHead}. */
export interface ProjectionHeadOptions {
  /** Number of features that come in. */
  readonly inputDim: number;
  /** Widths of the hidden layers, each followed by a ReLU; none by default, which makes the head linear. */
  readonly hiddenDims?: readonly number[];
  /** Number of projected features, 128 by default. */
  readonly outputDim?: number;
  /** BatchNorm between each hidden layer and its ReLU, false by default. */
  readonly batchNorm?: boolean;
  /** BatchNorm after the last layer: `'none'` (default), `'scale'` with γ alone, `'affine'` with γ and β. */
  readonly lastBatchNorm?: 'none' | 'scale' | 'affine';
  /**
   * Whether a layer that no BatchNorm follows has a bias, true by default; before a BatchNorm a bias would have no
   * effect and there is none.
   */
  readonly bias?: boolean;
  /**
   * Start of the weights: `'uniform'` (default) is torch's for linear layers, U(±1/√fan-in) for weights and biases;
   * `'normal'` is that of the SimCLR code, N(0, 0.01²) for weights and 0 for biases.
   */
  readonly initializer?: 'uniform' | 'normal';
  /** Seed of the weights, any integer, 0 by default. */
  readonly seed?: number;
  /** Name of the model, `'projection-head'` by default. */
  readonly name?: string;
}

const count = integer({least: 1});

/** What the options of a head may be. */
export const headRules: Rules<ProjectionHeadOptions> = {
  inputDim: required(count),
  hiddenDims: list(count, 'a list of integers from 1 on'),
  outputDim: count,
  batchNorm: flag,
  lastBatchNorm: choice('none', 'scale', 'affine'),
  bias: flag,
  initializer: choice('uniform', 'normal'),
  seed: integer(),
  name: text,
};

/**
 * A small perceptron between an encoder and a contrastive loss: features `[n, inputDim]` to projections
 * `[n, outputDim]`, not normalised. Its layers are named `projection1`, `projection1.bn`, `projection1.relu`,
 * `projection2` and so on.
 *
 * @returns The caller's; `dispose()` frees its weights.
 * @throws RangeError or TypeError on a bad or unknown option.
 *
 * @example
 * const head = projectionHead({inputDim: 512, hiddenDims: [512], outputDim: 64, batchNorm: true});
 */
export function projectionHead(options: ProjectionHeadOptions): tfl.LayersModel {
  checkOptions('projectionHead', options, headRules);
  requireBackend('projectionHead');
  const {inputDim, hiddenDims = [], outputDim = 128, batchNorm = false, lastBatchNorm = 'none', bias = true} = options;
  const {initializer = 'uniform', seed = 0, name = 'projection-head'} = options;
  const widths = [...hiddenDims, outputDim];
  const layers = widths.flatMap((units, i) => {
    const last = i === widths.length - 1;
    const layer = `projection${i + 1}`;
    const normed = last ? lastBatchNorm !== 'none' : batchNorm;
    const start = initializers(initializer, i === 0 ? inputDim : widths[i - 1], seed, layer);
    return [
      tfl.layers.dense({name: layer, units, useBias: bias && !normed, ...start}),
      ...(normed ? [batchNormLayer({name: `${layer}.bn`, center: !last || lastBatchNorm === 'affine'})] : []),
      ...(last ? [] : [tfl.layers.reLU({name: `${layer}.relu`})]),
    ];
  });
  return tfl.sequential({
    name,
    layers: [tfl.layers.inputLayer({inputShape: [inputDim], name: `${name}.features`}), ...layers],
  });
}

/** The start of the weights of a linear layer, as the layer takes it. */
function initializers(kind: 'uniform' | 'normal', fanIn: number, seed: number, layer: string): object {
  const kernelSeed = seedFor(seed, `${layer}/kernel`);
  if (kind === 'normal') return {kernelInitializer: tfl.initializers.randomNormal({stddev: 0.01, seed: kernelSeed})};
  const bound = 1 / Math.sqrt(fanIn);
  const uniform = (weightSeed: number): object =>
    tfl.initializers.randomUniform({minval: -bound, maxval: bound, seed: weightSeed});
  return {kernelInitializer: uniform(kernelSeed), biasInitializer: uniform(seedFor(seed, `${layer}/bias`))};
}
