/**
 * Runs `body` with a `Math.random` that draws the same numbers for the same seed, from 0 to below 1, so that what
 * TensorFlow.js draws at random in it (dropout, noise) can be drawn again. The one before is back afterwards, also when
 * `body` throws.
 *
 * @param seed An integer; its lowest 32 bits count.
 * @param body Synchronous: nothing awaited in it is seeded, and nothing else runs meanwhile.
 * @returns What `body` gives.
 */
export function withSeededRandom<T>(seed: number, body: () => T): T {
  const before = Math.random;
  let state = seed | 0;
  // A Weyl sequence through a mixing of its bits: each seed starts elsewhere in one period of 2³².
  Math.random = () => {
    state = (state + 0x9e3779b9) | 0;
    let bits = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32;
  };
  try {
    return body();
  } finally {
    Math.random = before;
  }
}
