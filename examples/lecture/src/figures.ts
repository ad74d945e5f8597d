import {meanOfSeeds, pairedDifferences, type Mean} from '@contrastive/example';
import {nameOf, settingsIn, type Claim, type Comparison, type Figures, type Measure, type Point} from './experiment.js';
import type {Cell} from './cells.js';
import {mean} from './mean.js';

/** What a value is called in a cell. */
export const valueName = ({judgedBy}: Pick<Claim, 'judgedBy'>, measure: Measure): string =>
  judgedBy === undefined ? nameOf(measure) : `${judgedBy}: ${nameOf(measure)}`;

/** The measures of a setting. */
export const measuresOf = (claim: Claim, setting: Claim['settings'][number]): readonly Measure[] =>
  setting.measures ?? claim.measures;

/** A difference of two figures. */
export interface Difference {
  readonly comparison: Comparison;
  /** Of each seed that has both, in points. */
  readonly values: readonly number[];
  /** With the interval of the mean; none of one seed. */
  readonly mean?: Mean;
  /** Trainings that failed, of either side. */
  readonly failed: readonly [one: number, other: number];
}

/** What tables need besides what panels do. */
export interface AllFigures extends Figures {
  /** Seeds with which a setting failed. */
  failures(setting: string): readonly number[];
  differences(): readonly Difference[];
}

/** The mean of some values with its interval; of one value alone there is none. */
export const meanOf = (values: readonly number[]): Mean | undefined =>
  values.length > 1 ? meanOfSeeds(values) : undefined;

/** The mean of the last fifth of what a curve has; undefined where it has nothing. */
function ending({curve}: Cell, of: 'loss' | 'accuracy'): number | undefined {
  const known = (curve?.[of] ?? []).filter(value => value !== null);
  const last = known.slice(Math.floor(0.8 * known.length));
  return last.length > 0 ? mean(last) : undefined;
}

/** Whether the log of a training tells it. */
const isLogged = ({how}: Measure): boolean => how === 'loss' || how === 'pretext';

/** What a cell has by a measure. */
function valueIn(claim: Claim, cell: Cell, measure: Measure): number | undefined {
  if (cell.failed !== undefined) return undefined; // its log ends in the middle
  if (measure.how === 'loss') return ending(cell, 'loss');
  return measure.how === 'pretext' ? ending(cell, 'accuracy') : cell.values[valueName(claim, measure)];
}

/** The figures of a claim in cells. */
export function figuresOf(claim: Claim, cellsOf: (setting: string) => readonly Cell[]): AllFigures {
  const bySeed = (setting: string, measure: Measure): Map<number, number> =>
    new Map(
      cellsOf(setting)
        .toSorted((a, b) => a.seed - b.seed)
        .flatMap(cell => {
          const value = valueIn(claim, cell, measure);
          return value === undefined ? [] : [[cell.seed, value] as const];
        }),
    );
  const atPoint = ({setting, measure, minus}: Point): Map<number, number> => {
    const found = bySeed(setting, measure);
    if (minus === undefined) return found;
    const less = bySeed(minus, measure);
    return new Map(
      [...found].flatMap(([seed, value]) => {
        const off = less.get(seed);
        return off === undefined ? [] : [[seed, value - off] as const];
      }),
    );
  };
  const failures = (setting: string): readonly number[] =>
    cellsOf(setting)
      .filter(({failed}) => failed !== undefined)
      .map(({seed}) => seed);
  const difference = (comparison: Comparison): Difference => {
    const {one, other} = comparison;
    const values = pairedDifferences(atPoint(one), atPoint(other));
    const interval = meanOf(values);
    const failed = ({setting, minus = setting}: Point): number =>
      new Set([...failures(setting), ...failures(minus)]).size;
    return {comparison, values, failed: [failed(one), failed(other)], ...(interval && {mean: interval})};
  };
  return {
    values: (setting, measure) => [...bySeed(setting, measure).values()],
    curves: setting =>
      cellsOf(setting)
        .filter(({failed}) => failed === undefined)
        .toSorted((a, b) => a.seed - b.seed)
        .flatMap(({curve}) => curve ?? []),
    failures,
    differences: () => claim.comparisons.map(difference),
  };
}

/** Points under which three seeds are too few: then there are two more. */
const CLOSE = 1;

/** The settings of the comparisons whose mean difference is under a point. */
export function closeSettings(figures: AllFigures): ReadonlySet<string> {
  const close = figures.differences().filter(({comparison, values}) => {
    if (isLogged(comparison.one.measure)) return false; // no accuracy, so no points
    return values.length > 0 && Math.abs(mean(values)) < CLOSE;
  });
  return new Set(close.flatMap(({comparison}) => settingsIn(comparison)));
}
