import {load4, store4} from './lanes';

/** Columns that the vertical pass takes at a time. */
const BLOCK = 16;

/** Where the number `i` of a line comes from when it lies outside of 0 to `size − 1`; −1 for nowhere. */
function outside(i: i32, size: i32, border: i32): i32 {
  if (border == 0) return -1;
  if (border == 2) return max(0, min(i, size - 1));
  const period = 2 * (size - 1); // mirrored about the outermost numbers, as often as it takes
  if (period == 0) return 0;
  const j = ((i % period) + period) % period;
  return min(j, period - j);
}

/**
 * Sums of numbers `step` bytes apart about `from`, weighted by `radius + 1` symmetric taps of which the first is the
 * centre's.
 */
// @ts-ignore: decorators are AssemblyScript's
@inline
function convolve(from: usize, step: usize, taps: usize, radius: i32): v128 {
  let lanes = f32x4.mul(v128.load(from), v128.load32_splat(taps));
  let reach: usize = 0;
  for (let k = 1; k <= radius; k++) {
    reach += step;
    const both = f32x4.add(v128.load(from - reach), v128.load(from + reach));
    lanes = f32x4.add(lanes, f32x4.mul(both, v128.load32_splat(taps + <usize>k * 4)));
  }
  return lanes;
}

/** The same for 16 numbers from `from` on that lie side by side, stored at `to`. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function convolve16(from: usize, step: usize, taps: usize, radius: i32, to: usize): void {
  const centre = v128.load32_splat(taps);
  let a = f32x4.mul(v128.load(from), centre);
  let b = f32x4.mul(v128.load(from, 16), centre);
  let c = f32x4.mul(v128.load(from, 32), centre);
  let d = f32x4.mul(v128.load(from, 48), centre);
  let before = from;
  let after = from;
  for (let k = 1; k <= radius; k++) {
    before -= step;
    after += step;
    const factor = v128.load32_splat(taps + <usize>k * 4);
    a = f32x4.add(a, f32x4.mul(f32x4.add(v128.load(before), v128.load(after)), factor));
    b = f32x4.add(b, f32x4.mul(f32x4.add(v128.load(before, 16), v128.load(after, 16)), factor));
    c = f32x4.add(c, f32x4.mul(f32x4.add(v128.load(before, 32), v128.load(after, 32)), factor));
    d = f32x4.add(d, f32x4.mul(f32x4.add(v128.load(before, 48), v128.load(after, 48)), factor));
  }
  v128.store(to, a);
  v128.store(to, b, 16);
  v128.store(to, c, 32);
  v128.store(to, d, 48);
}

/**
 * Blurs planes in place, rows first. Outside of the image there are zeros (border 0), its mirror image (1) or its
 * outermost pixels (2). `scratch` holds max(width + 2 · radius + 4, (height + 2 · radius) · 16) numbers.
 */
export function blur(planes: usize, height: i32, width: i32, channels: i32, taps: usize, radius: i32, border: i32,
  scratch: usize): void {
  const row = <usize>width * 4;
  for (let c = 0; c < channels; c++, planes += <usize>height * row) {
    for (let y = 0; y < height; y++) {
      const line = planes + <usize>y * row;
      memory.copy(scratch + <usize>radius * 4, line, row);
      for (let i = 0; i < radius; i++) {
        const before = outside(-1 - i, width, border);
        const after = outside(width + i, width, border);
        store<f32>(scratch + <usize>(radius - 1 - i) * 4, before < 0 ? 0 : load<f32>(line + <usize>before * 4));
        store<f32>(scratch + <usize>(radius + width + i) * 4, after < 0 ? 0 : load<f32>(line + <usize>after * 4));
      }
      let x = 0;
      for (; x <= width - BLOCK; x += BLOCK) convolve16(scratch + <usize>(radius + x) * 4, 4, taps, radius,
        line + <usize>x * 4);
      for (; x < width; x += 4) {
        store4(line + <usize>x * 4, convolve(scratch + <usize>(radius + x) * 4, 4, taps, radius), width - x);
      }
    }
    for (let x = 0; x < width; x += BLOCK) {
      const columns = min(BLOCK, width - x);
      for (let y = -radius; y < height + radius; y++) {
        const from = y >= 0 && y < height ? y : outside(y, height, border);
        const to = scratch + <usize>((y + radius) * BLOCK) * 4;
        if (from < 0) memory.fill(to, 0, <usize>columns * 4);
        else memory.copy(to, planes + <usize>(from * width + x) * 4, <usize>columns * 4);
      }
      for (let y = 0; y < height; y++) {
        if (columns == BLOCK) {
          convolve16(scratch + <usize>((y + radius) * BLOCK) * 4, BLOCK * 4, taps, radius,
            planes + <usize>(y * width + x) * 4);
          continue;
        }
        for (let i = 0; i < columns; i += 4) {
          const sum = convolve(scratch + <usize>((y + radius) * BLOCK + i) * 4, BLOCK * 4, taps, radius);
          store4(planes + <usize>(y * width + x + i) * 4, sum, columns - i);
        }
      }
    }
  }
}
