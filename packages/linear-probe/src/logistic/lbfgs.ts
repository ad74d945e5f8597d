import {wolfeSearch, type Trial} from './line-search.js';

/** A function to minimise: its value and gradient at `x`. The gradient is a new array at each call. */
export type Objective = (x: Float64Array) => Promise<{readonly value: number; readonly gradient: Float64Array}>;

/** Settings of `lbfgs`. */
export interface LbfgsOptions {
  /** Ends when no entry of the gradient is larger. */
  readonly tolerance: number;
  readonly maxIterations: number;
  /** Pairs of steps and gradient changes that are remembered; 10 by default. */
  readonly history?: number;
  /** Called after each iteration, awaited. */
  readonly onIteration?: (iteration: number, value: number) => void | Promise<void>;
}

/** Where `lbfgs` ended. */
export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly iterations: number;
  /** Whether the gradient fell below the tolerance. */
  readonly converged: boolean;
}

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  /** Inner product of both, positive. */
  readonly product: number;
}

interface Point extends Trial {
  readonly x: Float64Array;
  readonly gradient: Float64Array;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function largest(a: Float64Array): number {
  let max = 0;
  for (const value of a) max = Math.max(max, Math.abs(value));
  return max;
}

/** `a + scale · b`; into `result`, a new array unless given. */
function add(a: Float64Array, scale: number, b: Float64Array, result = new Float64Array(a.length)): Float64Array {
  for (let i = 0; i < a.length; i++) result[i] = a[i] + scale * b[i];
  return result;
}

/** The quasi-Newton direction: the two-loop recursion over the remembered pairs, oldest first. */
function descent(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const direction = new Float64Array(gradient.length);
  add(direction, -1, gradient, direction);
  const shares = new Float64Array(pairs.length);
  for (let i = pairs.length - 1; i >= 0; i--) {
    shares[i] = dot(pairs[i].step, direction) / pairs[i].product;
    add(direction, -shares[i], pairs[i].change, direction);
  }
  const newest = pairs.at(-1);
  if (newest) {
    const scale = newest.product / dot(newest.change, newest.change);
    for (let i = 0; i < direction.length; i++) direction[i] *= scale;
  }
  pairs.forEach(({step, change, product}, i) =>
    add(direction, shares[i] - dot(change, direction) / product, step, direction),
  );
  return direction;
}

/**
 * Minimises a smooth function by L-BFGS (Liu & Nocedal, 1989) in float64, with a strong Wolfe line search.
 *
 * Where no step along the direction lowers the value, the memory is dropped once and the gradient itself tried; then it
 * ends.
 */
export async function lbfgs(objective: Objective, start: Float64Array, options: LbfgsOptions): Promise<Minimum> {
  const {tolerance, maxIterations, history = 10, onIteration} = options;
  let point: Point = {x: start, step: 0, slope: 0, ...(await objective(start))};
  let pairs: Pair[] = [];
  let iterations = 0;
  while (iterations < maxIterations && largest(point.gradient) > tolerance) {
    const {x, gradient} = point;
    const direction = descent(gradient, pairs);
    const evaluate = async (step: number): Promise<Point> => {
      const moved = add(x, step, direction);
      const result = await objective(moved);
      return {x: moved, step, slope: dot(result.gradient, direction), ...result};
    };
    const origin = {...point, step: 0, slope: dot(gradient, direction)};
    const next = await wolfeSearch(
      evaluate,
      origin,
      pairs.length > 0 ? 1 : Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))),
    );
    if (!next) {
      if (pairs.length === 0) break;
      pairs = [];
      continue;
    }
    const step = add(next.x, -1, x);
    const change = add(next.gradient, -1, gradient);
    const product = dot(step, change);
    // Without positive curvature the pair would spoil the approximation.
    if (product > 1e-10 * dot(change, change)) pairs = [...pairs, {step, change, product}].slice(-history);
    point = next;
    iterations++;
    await onIteration?.(iterations, point.value);
  }
  return {x: point.x, value: point.value, iterations, converged: largest(point.gradient) <= tolerance};
}
