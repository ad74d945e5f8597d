/** A stream of random numbers that is a pure function of its key. */
export interface Random {
  /** A number from the uniform distribution over `[low, high)`, by default [0, 1). */
  uniform(low?: number, high?: number): number;
  /** An integer from 0 to `n − 1`. */
  integer(n: number): number;
  /** A number from the standard normal distribution. */
  normal(): number;
  /** The integers 0 to `n − 1` in random order. */
  permutation(n: number): Int32Array;
}
