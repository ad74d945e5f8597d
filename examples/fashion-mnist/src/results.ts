import {meanOfSeeds} from '@contrastive/example';
import type {TransferCell, TransferSizes} from '@contrastive/linear-probe';
import type {Details} from './column.js';

/** A figure of the table: fractions of the test images, in [0, 1]. */
export interface Figure {
  readonly protocol: string;
  /** The mean over the seeds. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Of one run Wilson's interval (other test images), of several Student's t (other trainings). */
  readonly interval: 'wilson' | 't';
  readonly seeds: readonly number[];
  /** Of each seed. */
  readonly values: readonly number[];
  /** What was taken for what, row after row, the seeds' together. */
  readonly confusion: readonly number[];
}

/** All that tables and pictures are drawn from. */
export interface Results {
  /** Whether figures mean nothing. */
  readonly quick: boolean;
  readonly settings: object;
  /** Those that were measured, as far as it came. */
  readonly seeds: readonly number[];
  readonly sizes: TransferSizes;
  readonly classNames: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
  /** What the finished cells took, trainings before them too. */
  readonly seconds: number;
  readonly columns: readonly string[];
  readonly rows: readonly {readonly start: string; readonly figures: readonly Figure[]}[];
}

/** What the cells themselves do not say. */
type About = Pick<Results, 'quick' | 'settings' | 'classNames' | 'versions' | 'columns'>;

/** The figure of a start in a column, where it has one. */
export const figureOf = ({rows}: Results, start: string, column: string): Figure | undefined =>
  rows.find(row => row.start === start)?.figures.find(({protocol}) => protocol === column);

const detailsOf = ({details}: TransferCell): Details => details as Details; // as our protocols give it

function meanFigure(protocol: string, cells: readonly TransferCell[]): Figure {
  const values = cells.map(({value}) => value);
  const first = cells[0].interval ?? {low: 0, high: 1};
  const {mean: value, low, high} = cells.length > 1 ? meanOfSeeds(values) : {mean: values[0], ...first};
  const matrices = cells.map(cell => detailsOf(cell).confusion);
  return {
    ...{protocol, value, low, high, values},
    interval: cells.length > 1 ? 't' : 'wilson',
    seeds: cells.map(({seed}) => seed),
    confusion: matrices[0].map((_, i) => matrices.reduce((sum, matrix) => sum + matrix[i], 0)),
  };
}

/** Brings finished cells together: a row for each start, a figure for each of its protocols. */
export function resultsOf(cells: readonly TransferCell[], about: About): Results {
  const starts = [...new Set(cells.map(({start}) => start))];
  const figuresOf = (start: string): Figure[] =>
    about.columns.flatMap(protocol => {
      const own = cells.filter(cell => cell.start === start && cell.protocol === protocol);
      return own.length > 0
        ? [
            meanFigure(
              protocol,
              own.toSorted((a, b) => a.seed - b.seed),
            ),
          ]
        : [];
    });
  return {
    ...about,
    seeds: [...new Set(cells.map(({seed}) => seed))].toSorted((a, b) => a - b),
    sizes: cells.at(0)?.sizes ?? {train: 0, test: 0},
    seconds: cells.reduce((sum, {seconds}) => sum + seconds, 0),
    rows: starts.map(start => ({start, figures: figuresOf(start)})),
  };
}
