import {meanOfSeeds, pairedDifferences} from '@contrastive/example';
import type {Figure, Results} from './results.js';

/** What is set beside what. */
const pairs = [
  ['SimCLR', 'raw pixels'],
  ['SimCLR', 'random network'],
  ['MoCo v2', 'random network'],
  ['SimCLR', 'MoCo v2'],
  ['supervised', 'SimCLR'],
] as const;

/** A row of differences: fractions of the test images by which one start is above another. */
export interface DifferenceRow {
  readonly name: string;
  readonly figures: readonly Pick<Figure, 'protocol' | 'value' | 'low' | 'high' | 'interval'>[];
}

/** By seed; a figure that is the same with every seed, of pixels, stands for each of them. */
function bySeed({values, seeds}: Figure, wanted: readonly number[]): Map<number, number> {
  return values.length === 1
    ? new Map(wanted.map(seed => [seed, values[0]]))
    : new Map(values.map((value, i) => [seeds[i], value]));
}

/**
 * One start above another, seed by seed, which share first weights, orders and label subsets: the mean with Student's
 * 95 % interval. Where two seeds or more have both; of rows without any such figure nothing.
 */
export function differencesOf({rows, columns}: Pick<Results, 'rows' | 'columns'>): readonly DifferenceRow[] {
  const find = (start: string, column: string): Figure | undefined =>
    rows.find(row => row.start === start)?.figures.find(({protocol}) => protocol === column);
  return pairs.flatMap(([one, other]) => {
    const figures = columns.flatMap(protocol => {
      const [first, second] = [find(one, protocol), find(other, protocol)];
      if (first === undefined || second === undefined) return [];
      const values = pairedDifferences(bySeed(first, first.seeds), bySeed(second, first.seeds));
      if (values.length < 2) return [];
      const {mean: value, low, high} = meanOfSeeds(values);
      return [{protocol, value, low, high, interval: 't' as const}];
    });
    return figures.length > 0 ? [{name: `${one} above ${other}`, figures}] : [];
  });
}
