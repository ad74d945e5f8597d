import {Tensor} from '@tensorflow/tfjs-core';

/** Numbers in any of the forms that tests hold: a tensor, a typed array, a scalar, nested arrays. */
export type Numbers = Tensor | ArrayLike<number> | number | readonly Numbers[];

/** How far two numbers may lie apart: `|actual − expected| ≤ atol + rtol · |expected|`, as numpy.allclose. */
export interface Tolerance {
  /** Absolute tolerance. */
  readonly atol?: number;
  /** Relative tolerance. */
  readonly rtol?: number;
}

/**
 * The tolerance that is relative to the largest of some numbers: sums of either sign come near 0, and are as exact as
 * their largest terms.
 */
export const ofLargest = (
  rtol: number,
  values: readonly number[],
  largest = Math.max(...values.map(Math.abs)),
): Required<Tolerance> => ({rtol, atol: rtol * largest});

function flatten(value: Numbers): number[] {
  if (typeof value === 'number') return [value];
  if (value instanceof Tensor) return Array.from(value.dataSync());
  return Array.from(value as ArrayLike<Numbers>).flatMap(flatten);
}

/**
 * Vitest matcher: every number lies within the tolerance of its counterpart. Shapes are compared by element count only.
 */
export function toBeAllclose(
  received: Numbers,
  expected: Numbers,
  {atol = 1e-5, rtol = 1e-5}: Tolerance = {},
): {pass: boolean; message: () => string} {
  const actual = flatten(received);
  const wanted = flatten(expected);
  if (actual.length !== wanted.length) {
    return {pass: false, message: () => `expected ${String(wanted.length)} numbers, received ${String(actual.length)}`};
  }
  let worst = -1;
  let worstExcess = 0;
  for (let i = 0; i < actual.length; i++) {
    const excess = Math.abs(actual[i] - wanted[i]) - (atol + rtol * Math.abs(wanted[i]));
    const bad = Number.isNaN(excess) ? !Object.is(actual[i], wanted[i]) : excess > 0;
    if (bad && (worst < 0 || Number.isNaN(excess) || excess > worstExcess)) {
      worst = i;
      worstExcess = excess;
    }
  }
  return {
    pass: worst < 0,
    message: () =>
      worst < 0
        ? 'expected the numbers to differ, but all are close'
        : `number ${String(worst)} of ${String(actual.length)}: received ${String(actual[worst])}, expected ` +
          `${String(wanted[worst])} (atol ${String(atol)}, rtol ${String(rtol)})`,
  };
}

declare module 'vitest' {
  interface Matchers<T> {
    /** Every number lies within `atol + rtol · |expected|` of its counterpart. */
    toBeAllclose: (expected: Numbers, tolerance?: Tolerance) => T;
  }
}
