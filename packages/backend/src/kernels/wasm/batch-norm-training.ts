import {type TensorInfo, util} from '@tensorflow/tfjs-core';
import {replaceKernel} from '../register.js';
import {reshaped, type WasmBackend, withWorkspace, type Workspace} from './workspace.js';

/** Means over a middle axis, `[n, k, 1, c]` to `[n, c]`. */
const pooled = (w: Workspace, x: TensorInfo, n: number, k: number, c: number): TensorInfo =>
  k === 1
    ? x // the backend refuses windows of one
    : w.run('AvgPool', {x: reshaped(x, [n, k, 1, c])}, {filterSize: [k, 1], strides: 1, pad: 'valid'});

/** The mean of each channel: over each image, then over images, so that no sum runs over very many terms. */
const channelMeans = (w: Workspace, x: TensorInfo): Float32Array => {
  const [n, height, width, c] = x.shape;
  return w.floats(pooled(w, pooled(w, x, n, height * width, c), 1, n, c)).slice(0, c);
};

const vector = (w: Workspace, values: ArrayLike<number>): TensorInfo => {
  const info = w.make([values.length]);
  w.floats(info).set(values);
  return info;
};

/** `x · scale + shift` by channel, in one pass: a depthwise convolution with a window of one pixel. */
const affine = (w: Workspace, x: TensorInfo, scale: ArrayLike<number>, shift: ArrayLike<number>): TensorInfo => {
  const c = scale.length;
  const filter = reshaped(vector(w, scale), [1, 1, c, 1]);
  const attrs = {strides: 1, pad: 'valid', dilations: 1, dataFormat: 'NHWC', activation: 'linear'};
  return w.run('FusedDepthwiseConv2D', {x, filter, bias: vector(w, shift)}, attrs);
};

/**
 * Registers `BatchNormTraining` and its gradient on wasm, composed of the few kernels that are fast there: means by
 * average pooling, scale and shift by channel as a depthwise convolution. The private outputs are the biased variance,
 * `1/√(variance + ε)`, and nothing.
 */
export const registerBatchNormTraining = (): void => {
  replaceKernel<WasmBackend, {epsilon: number}>(
    'BatchNormTraining',
    'wasm',
    ({inputs: {x, gamma, beta}, attrs: {epsilon}, backend}) =>
      withWorkspace(backend, w => {
        const c = x.shape[x.shape.length - 1];
        const count = util.sizeFromShape(x.shape) / c;
        const mean = channelMeans(w, x);
        const centred = affine(
          w,
          x,
          new Float32Array(c).fill(1),
          mean.map(m => -m),
        );
        const variance = channelMeans(w, w.run('Square', {x: centred}));
        const inverse = variance.map(v => 1 / Math.sqrt(v + epsilon));
        const scale = w.floats(gamma).map((g, i) => g * inverse[i]);
        const y = affine(w, centred, scale, w.floats(beta).slice());
        const unbiased = variance.map(v => (v * count) / Math.max(count - 1, 1));
        return [y, vector(w, mean), vector(w, unbiased), vector(w, mean), vector(w, inverse), vector(w, [])];
      }),
  );
  replaceKernel<WasmBackend, {epsilon: number}>('BatchNormTrainingGrad', 'wasm', ({inputs, backend}) =>
    withWorkspace(backend, w => {
      const {dy, x, gamma, reserve1, reserve2} = inputs;
      const c = x.shape[x.shape.length - 1];
      const count = util.sizeFromShape(x.shape) / c;
      const [mean, inverse, weight] = [reserve1, reserve2, gamma].map(info => w.floats(info).slice());
      const dyMean = channelMeans(w, dy);
      const normalised = affine(
        w,
        x,
        inverse,
        mean.map((m, i) => -m * inverse[i]),
      );
      const dyNormalisedMean = channelMeans(w, {...w.run('Multiply', {a: dy, b: normalised}), shape: x.shape});
      // dx = γ/σ · (dy − mean(dy) − x̂ · mean(dy · x̂))
      const scale = weight.map((g, i) => g * inverse[i]);
      const a = affine(
        w,
        dy,
        scale,
        scale.map((s, i) => -s * dyMean[i]),
      );
      const b = affine(
        w,
        normalised,
        scale.map((s, i) => -s * dyNormalisedMean[i]),
        new Float32Array(c),
      );
      const dx = w.run('Add', {a, b});
      return [
        dx,
        vector(
          w,
          dyNormalisedMean.map(v => v * count),
        ),
        vector(
          w,
          dyMean.map(v => v * count),
        ),
      ];
    }),
  );
};
