/** Batch, height, width, channels in and out. */
export type Shape = readonly [n: number, height: number, width: number, input: number, output: number];

/** What a 3×3 convolution with stride 1 and a zero on every side is made of, flat and channels last. */
export interface Operands {
  readonly x: ArrayLike<number>;
  readonly filter: ArrayLike<number>;
  readonly dy: ArrayLike<number>;
}

/** The convolution and its gradients in the images and in the filter, as sums in float64, one product after another. */
export function directSums([n, height, width, c, k]: Shape, {x, filter, dy}: Operands): Float64Array[] {
  const [y, dx, dfilter] = [n * height * width * k, x.length, filter.length].map(size => new Float64Array(size));
  for (let pixel = 0; pixel < n * height * width; pixel++) {
    const [row, column] = [Math.floor(pixel / width) % height, pixel % width];
    for (let tap = 0; tap < 9; tap++) {
      const [down, right] = [Math.floor(tap / 3) - 1, (tap % 3) - 1];
      if (row + down < 0 || row + down >= height || column + right < 0 || column + right >= width) continue;
      const [from, to] = [(pixel + down * width + right) * c, pixel * k];
      for (let i = 0; i < c; i++) {
        const value = x[from + i];
        const weights = (tap * c + i) * k;
        let sum = 0;
        for (let j = 0; j < k; j++) {
          y[to + j] += value * filter[weights + j];
          dfilter[weights + j] += value * dy[to + j];
          sum += filter[weights + j] * dy[to + j];
        }
        dx[from + i] += sum;
      }
    }
  }
  return [y, dx, dfilter];
}
