import {load4, store4} from './lanes';

/** Four pixels of one channel from interleaved bytes, those at `places` of the block, as numbers in [0, 1]. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function spread(block: v128, places: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_u(v128.swizzle(block, places)), f32x4.splat(1.0 / 255.0));
}

/**
 * Planes from `count` interleaved pixels of bytes; planes are `stride` numbers apart. Reads up to 15 bytes beyond the
 * last pixel.
 */
export function fromBytes(bytes: usize, count: i32, channels: i32, planes: usize, stride: i32): void {
  const plane = <usize>stride * 4;
  if (channels == 1) {
    const grey = i8x16(0, -1, -1, -1, 1, -1, -1, -1, 2, -1, -1, -1, 3, -1, -1, -1);
    for (let i = 0; i < count; i += 4, bytes += 4, planes += 16) store4(planes, spread(v128.load(bytes), grey),
      count - i);
    return;
  }
  const red = i8x16(0, -1, -1, -1, 3, -1, -1, -1, 6, -1, -1, -1, 9, -1, -1, -1);
  const green = i8x16(1, -1, -1, -1, 4, -1, -1, -1, 7, -1, -1, -1, 10, -1, -1, -1);
  const blue = i8x16(2, -1, -1, -1, 5, -1, -1, -1, 8, -1, -1, -1, 11, -1, -1, -1);
  for (let i = 0; i < count; i += 4, bytes += 12, planes += 16) {
    const block = v128.load(bytes);
    store4(planes, spread(block, red), count - i);
    store4(planes + plane, spread(block, green), count - i);
    store4(planes + 2 * plane, spread(block, blue), count - i);
  }
}

/** Four numbers in [0, 1] as bytes in 32 bits each, rounded to the nearest; what lies beyond becomes 0 or 255. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function quantize(lanes: v128): v128 {
  const scaled = f32x4.add(f32x4.mul(lanes, f32x4.splat(255)), f32x4.splat(0.5));
  return i32x4.trunc_sat_f32x4_u(f32x4.pmin(scaled, f32x4.splat(255)));
}

/** Interleaved bytes from planes of `count` pixels. Writes up to 15 bytes beyond the last pixel. */
export function toBytes(planes: usize, count: i32, channels: i32, bytes: usize): void {
  const plane = <usize>count * 4;
  if (channels == 1) {
    const places = i8x16(0, 4, 8, 12, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    for (let i = 0; i < count; i += 4, planes += 16, bytes += 4) {
      v128.store(bytes, v128.swizzle(quantize(load4(planes, count - i)), places));
    }
    return;
  }
  const places = i8x16(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
  for (let i = 0; i < count; i += 4, planes += 16, bytes += 12) {
    const left = count - i;
    const r = quantize(load4(planes, left));
    const g = quantize(load4(planes + plane, left));
    const b = quantize(load4(planes + 2 * plane, left));
    const packed = v128.or(r, v128.or(i32x4.shl(g, 8), i32x4.shl(b, 16)));
    v128.store(bytes, v128.swizzle(packed, places));
  }
}
