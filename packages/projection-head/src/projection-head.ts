import {batchNorm as batchNormLayer, seedFor} from '@contrastive/layers';
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

/**
 * A small perceptron between an encoder and a contrastive loss: features `[n, inputDim]` to projections `[n,
 * outputDim]`, not normalised. Its layers are named `projection1`, `projection1.bn`, `projection1.relu`, `projection2`
 * and so on.
 *
 * @returns The caller's; `dispose()` frees its weights.
 * @throws RangeError or TypeError on a bad option.
 *
 * @example
 * const head = projectionHead({inputDim: 512, hiddenDims: [512], outputDim: 64, batchNorm: true});
 */
export function projectionHead(options: ProjectionHeadOptions): tfl.LayersModel {
  const {inputDim, hiddenDims, outputDim, batchNorm, lastBatchNorm, bias, initializer, seed, name} = checked(options);
  const inputs = tfl.input({shape: [inputDim], name: `${name}.features`});
  const widths = [...hiddenDims, outputDim];
  let x = inputs;
  widths.forEach((units, i) => {
    const last = i === widths.length - 1;
    const layer = `projection${i + 1}`;
    const normed = last ? lastBatchNorm !== 'none' : batchNorm;
    const fanIn = i === 0 ? inputDim : widths[i - 1];
    x = apply(
      tfl.layers.dense({
        name: layer,
        units,
        useBias: bias && !normed,
        ...initializers(initializer, fanIn, seed, layer),
      }),
      x,
    );
    if (normed) x = apply(batchNormLayer({name: `${layer}.bn`, center: !last || lastBatchNorm === 'affine'}), x);
    if (!last) x = apply(tfl.layers.reLU({name: `${layer}.relu`}), x);
  });
  return tfl.model({inputs, outputs: x, name});
}

const apply = (layer: tfl.layers.Layer, x: tfl.SymbolicTensor): tfl.SymbolicTensor =>
  layer.apply(x) as tfl.SymbolicTensor;

function initializers(
  kind: 'uniform' | 'normal',
  fanIn: number,
  seed: number,
  layer: string,
): Parameters<typeof tfl.layers.dense>[0] | object {
  const kernelSeed = seedFor(seed, `${layer}/kernel`);
  if (kind === 'normal') return {kernelInitializer: tfl.initializers.randomNormal({stddev: 0.01, seed: kernelSeed})};
  const bound = 1 / Math.sqrt(fanIn);
  const uniform = (weightSeed: number): object =>
    tfl.initializers.randomUniform({minval: -bound, maxval: bound, seed: weightSeed});
  return {kernelInitializer: uniform(kernelSeed), biasInitializer: uniform(seedFor(seed, `${layer}/bias`))};
}

function checked(options: ProjectionHeadOptions): Required<ProjectionHeadOptions> {
  const {inputDim, hiddenDims = [], outputDim = 128, batchNorm = false, lastBatchNorm = 'none', bias = true} = options;
  const {initializer = 'uniform', seed = 0, name = 'projection-head'} = options;
  for (const [what, dim] of [
    ['inputDim', inputDim],
    ['outputDim', outputDim],
    ...hiddenDims.map(dim => ['hiddenDims', dim]),
  ] as [string, number][]) {
    if (!Number.isSafeInteger(dim) || dim <= 0)
      throw new RangeError(`projectionHead: expected a positive integer as ${what}, got ${String(dim)}`);
  }
  if (!['none', 'scale', 'affine'].includes(lastBatchNorm)) {
    throw new TypeError(
      `projectionHead: expected lastBatchNorm 'none', 'scale' or 'affine', got ${JSON.stringify(lastBatchNorm)}`,
    );
  }
  if (!['uniform', 'normal'].includes(initializer)) {
    throw new TypeError(
      `projectionHead: expected initializer 'uniform' or 'normal', got ${JSON.stringify(initializer)}`,
    );
  }
  if (!Number.isSafeInteger(seed))
    throw new RangeError(`projectionHead: expected an integer as seed, got ${String(seed)}`);
  return {inputDim, hiddenDims, outputDim, batchNorm, lastBatchNorm, bias, initializer, seed, name};
}
