import {clip, load4, store4, total} from './lanes';

/** x · factor + offset for `count` numbers, clipped to [0, 1]. */
export function scale(at: usize, count: i32, factor: f32, offset: f32): void {
  const f = f32x4.splat(factor);
  const o = f32x4.splat(offset);
  for (let i = 0; i < count; i += 4, at += 16) {
    store4(at, clip(f32x4.add(f32x4.mul(load4(at, count - i), f), o)), count - i);
  }
}

/** The sum of `count` numbers. */
export function sum(at: usize, count: i32): f64 {
  let result: f64 = 0;
  while (count > 0) {
    const block = min(count, 4096); // single precision is enough for so many
    let lanes = f32x4.splat(0);
    for (let i = 0; i < block; i += 4, at += 16) lanes = f32x4.add(lanes, load4(at, block - i));
    result += total(lanes);
    count -= block;
  }
  return result;
}

/**
 * Mixes three planes of `count` pixels with their grey version: x · factor + grey · (1 − factor), clipped; 0 makes them
 * grey.
 */
export function blendGrey(at: usize, count: i32, factor: f32): void {
  const plane = <usize>count * 4;
  const f = f32x4.splat(factor);
  const red = f32x4.splat(0.2989 * (1 - factor));
  const green = f32x4.splat(0.587 * (1 - factor));
  const blue = f32x4.splat(0.114 * (1 - factor));
  for (let i = 0; i < count; i += 4, at += 16) {
    const left = count - i;
    const r = load4(at, left);
    const g = load4(at + plane, left);
    const b = load4(at + 2 * plane, left);
    const grey = f32x4.add(f32x4.add(f32x4.mul(r, red), f32x4.mul(g, green)), f32x4.mul(b, blue));
    store4(at, clip(f32x4.add(f32x4.mul(r, f), grey)), left);
    store4(at + plane, clip(f32x4.add(f32x4.mul(g, f), grey)), left);
    store4(at + 2 * plane, clip(f32x4.add(f32x4.mul(b, f), grey)), left);
  }
}

/** Inverts those of `count` numbers that are at least `threshold`. */
export function solarize(at: usize, count: i32, threshold: f32): void {
  const limit = f32x4.splat(threshold);
  const one = f32x4.splat(1);
  for (let i = 0; i < count; i += 4, at += 16) {
    const x = load4(at, count - i);
    store4(at, v128.bitselect(f32x4.sub(one, x), x, f32x4.ge(x, limit)), count - i);
  }
}
