import {meanOfSeeds, pairedDifferences} from '@contrastive/example';
import type {TransferCell} from '@contrastive/linear-probe';

const pairs = [
  ['contrastive', 'supervised'],
  ['contrastive', 'random'],
  ['supervised', 'random'],
] as const;

const points = (value: number): string => (100 * value).toFixed(1).replace(/^-(?=0\.0$)/, '');

/**
 * One start above another, seed by seed: the mean in points with the 95 % interval by Student's t: where the mean
 * over all seeds may lie. Only where both have a figure with two seeds or more.
 */
export function differences(cells: readonly TransferCell[]): string {
  const measurements = new Set(cells.map(({protocol, dataSet}) => JSON.stringify([protocol, dataSet])));
  const lines = [...measurements].flatMap(measurement => {
    const [protocol, dataSet] = JSON.parse(measurement) as [string, string];
    const of = (start: string): Map<number, number> =>
      new Map(
        cells
          .filter(cell => cell.protocol === protocol && cell.dataSet === dataSet && cell.start === start)
          .map(({seed, value}) => [seed, value]),
      );
    return pairs.flatMap(([one, other]) => {
      const values = pairedDifferences(of(one), of(other));
      if (values.length < 2) return [];
      const {mean, low, high} = meanOfSeeds(values);
      const what = `${protocol} on ${dataSet}, ${one} above ${other}`;
      return [`${what.padEnd(64)}  ${points(mean).padStart(5)}  (${points(low)} to ${points(high)})`];
    });
  });
  return lines.join('\n');
}
