/** Channels that are carried at a time: their numbers share a line of the processor's cache. */
const AT_ONCE = 16;

/** Torch's layout of a kernel of TensorFlow.js, whose shape is `[h, w, in, out]` or `[in, out]`. No bit changes. */
export function toTorchKernel(data: Float32Array, shape: readonly number[]): Float32Array {
  const [inputs, out] = shape.slice(-2);
  const pixels = data.length / (inputs * out);
  const stride = inputs * pixels;
  const result = new Float32Array(data.length);
  for (let first = 0; first < out; first += AT_ONCE) {
    const end = Math.min(first + AT_ONCE, out);
    for (let i = 0, to = 0; i < inputs; i++)
      for (let pixel = 0; pixel < pixels; pixel++, to++) {
        const row = (pixel * inputs + i) * out;
        for (let o = first; o < end; o++) result[o * stride + to] = data[row + o];
      }
  }
  return result;
}

/** The shape of a kernel in torch. */
export const toTorchShape = (shape: readonly number[]): number[] =>
  shape.length === 4
    ? [shape[3], shape[2], shape[0], shape[1]]
    : shape.length === 2
      ? [shape[1], shape[0]]
      : [...shape];

/** What torch calls a weight of a layer. */
export const torchNames: Readonly<Record<string, string>> = {
  kernel: 'weight',
  bias: 'bias',
  gamma: 'weight',
  beta: 'bias',
  moving_mean: 'running_mean',
  moving_variance: 'running_var',
};
