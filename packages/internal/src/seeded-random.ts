/**
 * Runs a synchronous action during which `Math.random` is a generator with this seed (mulberry32, Ettinger, public
 * domain), so that what TensorFlow.js draws without a seed, as dropout does, can be drawn again. Calls may be nested.
 *
 * @param seed An integer; its lowest 32 bits count.
 */
export function withSeededRandom<R>(seed: number, action: () => R): R {
  const before = Math.random;
  let state = seed | 0;
  Math.random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
  try {
    return action();
  } finally {
    Math.random = before;
  }
}
