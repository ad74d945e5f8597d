/**
 * A kernel as TensorFlow.js lays it out, from torch's: `[out, in, h, w]` to `[h, w, in, out]`, or `[out, in]` to `[in,
 * out]`. No bit of a number changes.
 */
export function fromTorchKernel(data: Float32Array, [out, inputs, ...sides]: readonly number[]): Float32Array {
  const pixels = sides.reduce((product, side) => product * side, 1);
  const result = new Float32Array(data.length);
  for (let o = 0, at = 0; o < out; o++)
    for (let i = 0; i < inputs; i++)
      for (let pixel = 0; pixel < pixels; pixel++) result[(pixel * inputs + i) * out + o] = data[at++];
  return result;
}

/** Torch's layout of a kernel of TensorFlow.js, whose shape is `[h, w, in, out]` or `[in, out]`. */
export function toTorchKernel(data: Float32Array, shape: readonly number[]): Float32Array {
  const [inputs, out] = shape.slice(-2);
  const pixels = data.length / (inputs * out);
  const result = new Float32Array(data.length);
  for (let pixel = 0, at = 0; pixel < pixels; pixel++)
    for (let i = 0; i < inputs; i++)
      for (let o = 0; o < out; o++) result[(o * inputs + i) * pixels + pixel] = data[at++];
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
