import {show} from '@contrastive/internal';

/** A stream of random numbers that is a pure function of its key. */
export interface Random {
  /** A number from the uniform distribution over `[low, high)`, by default [0, 1). */
  uniform(low?: number, high?: number): number;
  /** An integer from 0 to `n − 1`; `n` is an integer from 1 to 2³². */
  integer(n: number): number;
  /** A number from the standard normal distribution. */
  normal(): number;
  /** The integers 0 to `n − 1` in random order. */
  permutation(n: number): Int32Array;
}

const TWO_32 = 2 ** 32;

/** Bijective mixing of 32 bits: the finaliser of MurmurHash3 (Appleby, public domain). */
function mix(value: number): number {
  let x = value;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}

/** Four words that depend on every bit of every number of the key, and on their order. */
function hashKey(key: readonly number[]): [number, number, number, number] {
  let [a, b, c, d] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x6a09e667];
  const absorb = (word: number) => {
    a = mix(a ^ word);
    b = mix((b + a) | 0);
    c = mix(c ^ b);
    d = mix((d + c) | 0);
    a = (a + d) | 0;
  };
  for (const part of key) {
    absorb(part | 0);
    absorb(Math.floor(part / TWO_32) | 0);
  }
  absorb(key.length);
  absorb(0);
  return [a, b, c, d];
}

/** Raw 32-bit numbers: the generator sfc32 of PractRand (Doty-Humphrey), 128 bits of state. */
function createBits(key: readonly number[]): () => number {
  let [a, b, c, counter] = hashKey(key);
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 8; i++) next();
  return next;
}

/**
 * Creates the stream of random numbers that belongs to a key: the same key gives the same numbers, on every machine,
 * whatever else was drawn; streams of different keys are independent, also of neighbouring ones. For simulation, not
 * for secrets.
 *
 * @param seed - The first number of the key; an integer within ±2⁵³, as every number of the key.
 * @param key - What the stream is for, for example epoch, image and view.
 * @throws RangeError when a number of the key is not a safe integer.
 * @example
 * const random = createRandom(1, epoch, image, view);
 * random.uniform(0.2, 1);
 */
export function createRandom(seed: number, ...key: readonly number[]): Random {
  const whole = [seed, ...key];
  for (const part of whole) {
    if (!Number.isSafeInteger(part))
      throw new RangeError(`createRandom: expected integers as the key, got ${show(part)} in ${show(whole)}.`);
  }
  const bits = createBits(whole);
  const uniform = (low = 0, high = 1) => low + (high - low) * (bits() / TWO_32);
  const integer = (n: number) => {
    if (!Number.isInteger(n) || n < 1 || n > TWO_32)
      throw new RangeError(`integer: expected an integer from 1 to 2^32 as n, got ${n}.`);
    const fair = TWO_32 - (TWO_32 % n); // a multiple of n, so that every remainder is equally likely below it
    let x = bits();
    while (x >= fair) x = bits();
    return x % n;
  };
  let spare: number | undefined;
  const normal = () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    // Box & Muller (1958); 1 − u lies in (0, 1].
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  const permutation = (n: number) => {
    if (!Number.isInteger(n) || n < 0 || n >= 2 ** 31)
      throw new RangeError(`permutation: expected an integer from 0 to 2^31 - 1 as n, got ${n}.`);
    const order = new Int32Array(n);
    for (let i = 0; i < n; i++) {
      const j = integer(i + 1); // Fisher & Yates, inside out
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  };
  return {uniform, integer, normal, permutation};
}
