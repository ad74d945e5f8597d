import type {Series} from '../data.js';

/** Points of a curve: more than a chart of a page's width has pixels for are not seen. */
const MOST_POINTS = 400;

/** Numbers that came one after the other. */
export interface Numbers {
  /** The step of each. */
  readonly steps: readonly number[];
  /** The values. */
  readonly values: readonly number[];
}

/**
 * A series in few points: consecutive steps in groups of one size, each with its mean, its least and its greatest, so
 * that no peak is lost. Values that are not finite are counted and left out.
 */
export function thin(name: string, {steps, values}: Numbers): Series {
  const good = values.flatMap((value, i) => (Number.isFinite(value) ? [i] : []));
  const points = Math.min(good.length, MOST_POINTS);
  const result = {steps: [] as number[], mean: [] as number[], low: [] as number[], high: [] as number[]};
  for (let point = 0; point < points; point++) {
    const from = Math.floor((point * good.length) / points);
    const to = Math.floor(((point + 1) * good.length) / points);
    let [sum, low, high] = [0, Infinity, -Infinity];
    for (let at = from; at < to; at++) {
      const value = values[good[at]];
      sum += value;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    result.steps.push(Math.round((steps[good[from]] + steps[good[to - 1]]) / 2));
    result.mean.push(short(sum / (to - from)));
    result.low.push(short(low));
    result.high.push(short(high));
  }
  const tail = good.slice(-Math.max(1, Math.round(good.length / 10)));
  const last = tail.reduce((sum, at) => sum + values[at], 0) / tail.length;
  return {name, ...result, last: short(last), dropped: values.length - good.length};
}

/** Five digits: more than a chart shows, half of what a number takes in JSON. */
const short = (value: number): number => (Number.isFinite(value) ? Number(value.toPrecision(5)) : 0);
