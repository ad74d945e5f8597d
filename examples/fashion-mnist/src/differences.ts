import {meanOfSeeds, pairedDifferences} from '@contrastive/example';
import {ofFewLabels} from './column.js';
import {figureOf, type Figure, type Results} from './results.js';

/** What is set beside what. */
const pairs = [
  ['SimCLR', 'raw pixels'],
  ['SimCLR', 'random network'],
  ['SimCLR', 'random, γ = 0'],
  ['MoCo v2', 'random network'],
  ['SimCLR', 'MoCo v2'],
  ['supervised', 'SimCLR'],
] as const;

/** A row of differences: fractions of the test images by which one start is above another. */
export interface DifferenceRow {
  readonly name: string;
  readonly figures: readonly Pick<Figure, 'protocol' | 'value' | 'low' | 'high' | 'interval'>[];
}

/** By seed. */
const bySeed = ({values, seeds}: Figure): Map<number, number> => new Map(values.map((value, i) => [seeds[i], value]));

/** What is the same with every seed stands for each of them: frozen, pixels are measured once. */
const everySeed = ({values}: Figure, seeds: readonly number[]): Map<number, number> =>
  new Map(seeds.map(seed => [seed, values[0]]));

/**
 * One start above another, seed by seed, which share first weights, orders and label subsets: the mean with Student's
 * 95 % interval. Where two seeds or more have both; of rows without any such figure nothing.
 */
export function differencesOf(results: Results): readonly DifferenceRow[] {
  return pairs.flatMap(([one, other]) => {
    const figures = results.columns.flatMap(protocol => {
      const [first, second] = [figureOf(results, one, protocol), figureOf(results, other, protocol)];
      if (first === undefined || second === undefined) return [];
      const once = other === 'raw pixels' && !ofFewLabels(protocol); // of few labels the seed decides which
      const values = pairedDifferences(bySeed(first), once ? everySeed(second, first.seeds) : bySeed(second));
      if (values.length < 2) return [];
      const {mean: value, low, high} = meanOfSeeds(values);
      return [{protocol, value, low, high, interval: 't' as const}];
    });
    return figures.length > 0 ? [{name: `${one} above ${other}`, figures}] : [];
  });
}
