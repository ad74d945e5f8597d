/** Up to four numbers from `at` on; the lanes after them are 0. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function load4(at: usize, count: i32): v128 {
  if (count >= 4) return v128.load(at);
  let lanes = v128.load32_zero(at);
  if (count > 1) lanes = v128.load_lane<f32>(at + 4, lanes, 1);
  if (count > 2) lanes = v128.load_lane<f32>(at + 8, lanes, 2);
  return lanes;
}

/** Stores up to four numbers from `at` on. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function store4(at: usize, lanes: v128, count: i32): void {
  if (count >= 4) {
    v128.store(at, lanes);
    return;
  }
  v128.store_lane<f32>(at, lanes, 0);
  if (count > 1) v128.store_lane<f32>(at + 4, lanes, 1);
  if (count > 2) v128.store_lane<f32>(at + 8, lanes, 2);
}

/** Limits every lane to [0, 1]. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function clip(lanes: v128): v128 {
  return f32x4.pmin(f32x4.pmax(lanes, f32x4.splat(0)), f32x4.splat(1));
}

/** The sum of the lanes. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function total(lanes: v128): f32 {
  const pairs = f32x4.add(lanes, v128.shuffle<f32>(lanes, lanes, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** The sums of the lanes of four, in the order of `total`. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function totals(a: v128, b: v128, c: v128, d: v128): v128 {
  // a0+a2, a1+a3, b0+b2, b1+b3
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 1, 4, 5), v128.shuffle<f32>(a, b, 2, 3, 6, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 1, 4, 5), v128.shuffle<f32>(c, d, 2, 3, 6, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 2, 4, 6), v128.shuffle<f32>(ab, cd, 1, 3, 5, 7));
}
