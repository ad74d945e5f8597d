import {clip, load4, store4} from './lanes';

/** 1 within one sixth of 0, falling to 0 at two sixths, 0 up to 3; of period 6. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function trapezoid(sixths: v128): v128 {
  const wrapped = f32x4.sub(sixths, f32x4.mul(f32x4.floor(f32x4.mul(sixths, f32x4.splat(1.0 / 6.0))), f32x4.splat(6)));
  return clip(f32x4.sub(f32x4.abs(f32x4.sub(wrapped, f32x4.splat(3))), f32x4.splat(1)));
}

/**
 * Turns the hue of three planes of `count` pixels by `shift` turns, keeping value and saturation (Smith, 1978, the HSV
 * hexcone). With H the hue in sixths of a turn, each channel is min + (max − min) · w(H) with w a trapezoid of period
 * 6, so that the way back needs no cases.
 */
export function shiftHue(at: usize, count: i32, shift: f32): void {
  const plane = <usize>count * 4;
  const turn = f32x4.splat(6 * shift);
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const two = f32x4.splat(2);
  const four = f32x4.splat(4);
  for (let i = 0; i < count; i += 4, at += 16) {
    const left = count - i;
    const r = load4(at, left);
    const g = load4(at + plane, left);
    const b = load4(at + 2 * plane, left);
    const high = f32x4.pmax(f32x4.pmax(r, g), b);
    const low = f32x4.pmin(f32x4.pmin(r, g), b);
    const chroma = f32x4.sub(high, low);
    const divisor = v128.bitselect(one, chroma, f32x4.eq(chroma, zero)); // grey pixels: 0 / 1
    const isRed = f32x4.eq(high, r);
    const isGreen = f32x4.eq(high, g);
    const difference = v128.bitselect(f32x4.sub(g, b), v128.bitselect(f32x4.sub(b, r), f32x4.sub(r, g), isGreen),
      isRed);
    const offset = v128.bitselect(zero, v128.bitselect(two, four, isGreen), isRed);
    const hue = f32x4.add(f32x4.add(f32x4.div(difference, divisor), offset), turn);
    store4(at, clip(f32x4.add(low, f32x4.mul(chroma, trapezoid(hue)))), left);
    store4(at + plane, clip(f32x4.add(low, f32x4.mul(chroma, trapezoid(f32x4.add(hue, four))))), left);
    store4(at + 2 * plane, clip(f32x4.add(low, f32x4.mul(chroma, trapezoid(f32x4.add(hue, two))))), left);
  }
}

/**
 * Multiplies the saturation of HSV of three planes of `count` pixels, which ends at 1: with value V and saturation S =
 * (V − min) / V each channel's distance from V grows by min(factor, 1 / S).
 */
export function scaleSaturation(at: usize, count: i32, factor: f32): void {
  const plane = <usize>count * 4;
  const f = f32x4.splat(factor);
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  for (let i = 0; i < count; i += 4, at += 16) {
    const left = count - i;
    const r = load4(at, left);
    const g = load4(at + plane, left);
    const b = load4(at + 2 * plane, left);
    const high = f32x4.pmax(f32x4.pmax(r, g), b);
    const chroma = f32x4.sub(high, f32x4.pmin(f32x4.pmin(r, g), b));
    const divisor = v128.bitselect(one, chroma, f32x4.eq(chroma, zero));
    const growth = f32x4.pmin(f, f32x4.div(high, divisor)); // a grey pixel has no distance to grow
    store4(at, clip(f32x4.sub(high, f32x4.mul(f32x4.sub(high, r), growth))), left);
    store4(at + plane, clip(f32x4.sub(high, f32x4.mul(f32x4.sub(high, g), growth))), left);
    store4(at + 2 * plane, clip(f32x4.sub(high, f32x4.mul(f32x4.sub(high, b), growth))), left);
  }
}
