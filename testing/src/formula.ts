import {Tensor, tensor, tensor4d, tidy, type Tensor4D} from '@tensorflow/tfjs-core';

/**
 * Numbers in [−1, 1), exact in single precision, that follow from a name and a position alone: hashes by FNV-1a
 * (Fowler, Noll, Vo) and the finaliser of MurmurHash3 (Appleby). `scripts/golden/networks.py` computes the same, so
 * golden files hold results only.
 */
export function formula(name: string, size: number): Float32Array {
  let start = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) start = Math.imul(start ^ name.charCodeAt(i), 0x01000193);
  return Float32Array.from({length: size}, (_, i) => {
    let x = start + Math.imul(i, 0x9e3779b9);
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return ((x ^ (x >>> 16)) >>> 8) / 2 ** 23 - 1;
  });
}

/** Images in [0, 1) by the formula, `[n, h, w, c]`. */
export const formulaImages = (name: string, shape: [number, number, number, number]): Tensor =>
  tensor(
    formula(
      name,
      shape.reduce((a, b) => a * b),
    ).map(value => 0.5 + 0.5 * value),
    shape,
  );

/**
 * Two views of images by the formula, `[n, h, w, c]` with sides that 4 divides: of each image squares of colour, and
 * noise of the view's own. Views of other names are of other images.
 */
export function formulaViews(
  name: string,
  shape: [number, number, number, number],
): {first: Tensor4D; second: Tensor4D} {
  const [n, height, width, channels] = shape;
  const [down, across] = [height / 4, width / 4];
  const squares = formula(`${name}/squares`, n * down * across * channels);
  const view = (noise: Float32Array): Tensor4D => {
    const pixels = noise.map((value, i) => {
      const [channel, pixel] = [i % channels, Math.floor(i / channels)];
      const [x, y, image] = [pixel % width, Math.floor(pixel / width) % height, Math.floor(pixel / (width * height))];
      const square = (image * down + Math.floor(y / 4)) * across + Math.floor(x / 4);
      return 0.5 + 0.3 * squares[square * channels + channel] + 0.2 * value;
    });
    return tensor4d(pixels, shape);
  };
  const [first, second] = ['first', 'second'].map(which =>
    view(formula(`${name}/${which}`, n * height * width * channels)),
  );
  return {first, second};
}

/**
 * A weight of a network as far as it is needed here: its name as `layer1.0.conv1/kernel`, whatever TensorFlow.js made
 * of it.
 */
interface Weight {
  readonly originalName: string;
  readonly shape: readonly (number | null)[];
  write(value: Tensor): unknown;
}

/**
 * Sets every weight and running statistic of a network by the formula: kernels with the variance of He et al. for
 * convolutions and 1/in for linear layers, BatchNorm's around the neutral values. The γ that ends a residual block is
 * small: deep networks otherwise magnify the rounding of single precision beyond any tolerance.
 */
export function fillByFormula({weights}: {readonly weights: readonly Weight[]}): void {
  const names = new Set(weights.map(({originalName}) => originalName));
  for (const weight of weights) {
    const name = weight.originalName;
    const shape = weight.shape.map(Number);
    const endsBlock =
      name.endsWith('.bn3/gamma') || (name.endsWith('.bn2/gamma') && !names.has(name.replace('.bn2/', '.bn3/')));
    const values = formula(
      name,
      shape.reduce((a, b) => a * b),
    ).map(start(name.slice(name.lastIndexOf('/') + 1), shape, endsBlock ? 0.2 : 1));
    tidy(() => {
      weight.write(tensor(values, shape));
    });
  }
}

/** From the formula's value to the weight's. */
function start(kind: string, [first, width, , out]: number[], gammaScale: number): (value: number) => number {
  if (kind === 'kernel') {
    const scale = out > 0 ? Math.sqrt(6 / (first * width * out)) : Math.sqrt(3 / first);
    return value => value * scale;
  }
  if (kind === 'gamma') return value => (1 + 0.3 * value) * gammaScale;
  return kind === 'moving_variance' ? value => 1 + 0.4 * value : value => 0.2 * value;
}

/** Up to `count` numbers spread evenly over a tensor: what golden files hold of a large one. */
export function sample(values: Tensor | ArrayLike<number>, count = 8): number[] {
  const flat = values instanceof Tensor ? values.dataSync<'float32'>() : values;
  const length = Math.min(count, flat.length);
  return Array.from({length}, (_, i) => flat[Math.floor((i * flat.length) / length)]);
}

/** Numbers in single precision, little-endian, from the base64 of a golden file. */
export const unpacked = (text: string): Float32Array =>
  new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer);

/**
 * Several tensors from the base64 of a golden file, where their numbers lie one after another in the order of `shapes`.
 */
export function unpackedByName(
  text: string,
  shapes: Readonly<Record<string, readonly number[]>>,
): Record<string, Float32Array> {
  const values = unpacked(text);
  let start = 0;
  const entries = Object.entries(shapes).map(
    ([name, shape]) => [name, values.subarray(start, (start += shape.reduce((a, b) => a * b, 1)))] as const,
  );
  if (start !== values.length)
    throw new Error(`the shapes have ${String(start)} numbers, the text ${String(values.length)}`);
  return Object.fromEntries(entries);
}
