import {fromBytes} from './bytes';
import {clip, load4, store4, total, totals} from './lanes';

/** The sum of `taps` numbers from `from` on, weighted, in four lanes. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function weighted(from: usize, weights: usize, taps: i32): v128 {
  let lanes = f32x4.mul(v128.load(from), v128.load(weights));
  for (let t = 4; t < taps; t += 4) {
    from += 16;
    weights += 16;
    lanes = f32x4.add(lanes, f32x4.mul(v128.load(from), v128.load(weights)));
  }
  return lanes;
}

/** Where the numbers of output `o` begin. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function start(row: usize, first: usize, o: i32): usize {
  return row + <usize>load<i32>(first + <usize>o * 4) * 4;
}

/**
 * Resamples one row: output `o` is the sum of `taps` (a multiple of 4) numbers from `row + first[o]` on, weighted by
 * row `o` of `weights`. Numbers beyond the row have weight 0 and must be finite.
 */
export function horizontalRow(row: usize, first: usize, weights: usize, taps: i32, out: usize, size: i32): void {
  const step = <usize>taps * 4;
  let o = 0;
  for (; o <= size - 4; o += 4, weights += 4 * step) {
    const a = weighted(start(row, first, o), weights, taps);
    const b = weighted(start(row, first, o + 1), weights + step, taps);
    const c = weighted(start(row, first, o + 2), weights + 2 * step, taps);
    const d = weighted(start(row, first, o + 3), weights + 3 * step, taps);
    v128.store(out + <usize>o * 4, totals(a, b, c, d));
  }
  for (; o < size; o++, weights += step) store<f32>(out + <usize>o * 4, total(weighted(start(row, first, o), weights,
    taps)));
}

/**
 * Resamples `rows` rows of `width` interleaved pixels of bytes along their length. `scratch` holds a row of each
 * channel, rounded up to a multiple of 4 numbers, and `taps` more; the result is planes of `outRows` rows of `size`
 * numbers, of which it fills the rows from `out` on.
 */
export function horizontal(
  bytes: usize, rows: i32, width: i32, channels: i32, scratch: usize, first: usize, weights: usize, taps: i32,
  out: usize, size: i32, outRows: i32,
): void {
  const stride = (width + 3) & ~3;
  memory.fill(scratch, 0, <usize>(channels * stride + taps) * 4); // what lies between the rows stays 0
  for (let y = 0; y < rows; y++, bytes += <usize>(width * channels)) {
    fromBytes(bytes, width, channels, scratch, stride);
    for (let c = 0; c < channels; c++) {
      horizontalRow(scratch + <usize>(c * stride) * 4, first, weights, taps,
        out + <usize>((c * outRows + y) * size) * 4, size);
    }
  }
}

/**
 * Resamples planes of `rows` rows of `width` numbers along their height, clipped to [0, 1]: row `o` of the result is
 * the sum of `taps` rows from `first[o]` on, weighted by the row `o` of `weights`, of which each has `stride` numbers.
 */
export function vertical(
  planes: usize, rows: i32, width: i32, channels: i32, first: usize, weights: usize, taps: i32, stride: i32,
  out: usize, size: i32,
): void {
  const row = <usize>width * 4;
  for (let channel = 0; channel < channels; channel++, planes += <usize>rows * row) {
    for (let o = 0; o < size; o++, out += row) {
      const source = planes + <usize>load<i32>(first + <usize>o * 4) * row;
      const weight = weights + <usize>(o * stride) * 4;
      let x = 0;
      for (; x <= width - 16; x += 16) {
        let from = source + <usize>x * 4;
        let a = f32x4.splat(0);
        let b = f32x4.splat(0);
        let c = f32x4.splat(0);
        let d = f32x4.splat(0);
        for (let t = 0; t < taps; t++, from += row) {
          const factor = v128.load32_splat(weight + <usize>t * 4);
          a = f32x4.add(a, f32x4.mul(v128.load(from), factor));
          b = f32x4.add(b, f32x4.mul(v128.load(from, 16), factor));
          c = f32x4.add(c, f32x4.mul(v128.load(from, 32), factor));
          d = f32x4.add(d, f32x4.mul(v128.load(from, 48), factor));
        }
        const to = out + <usize>x * 4;
        v128.store(to, clip(a));
        v128.store(to, clip(b), 16);
        v128.store(to, clip(c), 32);
        v128.store(to, clip(d), 48);
      }
      for (; x < width; x += 4) {
        let from = source + <usize>x * 4;
        let lanes = f32x4.splat(0);
        for (let t = 0; t < taps; t++, from += row) {
          lanes = f32x4.add(lanes, f32x4.mul(load4(from, width - x), v128.load32_splat(weight + <usize>t * 4)));
        }
        store4(out + <usize>x * 4, clip(lanes), width - x);
      }
    }
  }
}
