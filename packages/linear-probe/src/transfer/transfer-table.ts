import type {TransferMetric, TransferSizes} from './data-sets.js';
import {checkCells} from './check-transfer.js';
import type {TransferCell} from './transfer.js';

/** What is known of a start by a protocol on a data set. */
export interface TransferEntry {
  /** The mean over the seeds, in [0, 1]. */
  readonly value: number;
  /** How many seeds. */
  readonly seeds: number;
  /** Half of the measure's interval where there is one seed, else the seeds' standard deviation (of a sample). */
  readonly spread?: number;
}

/** A line of the table. */
export interface TransferRow {
  readonly protocol: string;
  readonly start: string;
  /** One a column; none where nothing is finished. */
  readonly entries: readonly (TransferEntry | undefined)[];
}

/** Finished cells by data sets and starts. */
export interface TransferTable {
  /** The data sets, in the order of their first cells. */
  readonly columns: readonly {
    readonly dataSet: string;
    readonly metric: TransferMetric;
    readonly sizes: TransferSizes;
  }[];
  /** Protocol by protocol, in the order of their first cells. */
  readonly rows: readonly TransferRow[];
}

function entryOf(cells: readonly TransferCell[]): TransferEntry | undefined {
  if (cells.length === 0) return undefined;
  const value = cells.reduce((sum, cell) => sum + cell.value, 0) / cells.length;
  if (cells.length > 1) {
    const squares = cells.reduce((sum, cell) => sum + (cell.value - value) ** 2, 0);
    return {value, seeds: cells.length, spread: Math.sqrt(squares / (cells.length - 1))};
  }
  const {interval} = cells[0];
  return {value, seeds: 1, ...(interval && {spread: (interval.high - interval.low) / 2})};
}

/**
 * Arranges finished cells: a column for each data set, a row for each start by each protocol. Of several cells with the
 * same names and seed the last counts, which is the newest where cells were kept as they came.
 *
 * @throws TypeError or RangeError for anything but cells.
 * @example
 * const {columns, rows} = transferTable(cells);
 */
export function transferTable(cells: readonly TransferCell[]): TransferTable {
  checkCells('transferTable', 'cells', cells);
  const newest = new Map(
    cells.map(cell => [JSON.stringify([cell.dataSet, cell.start, cell.protocol, cell.seed]), cell]),
  );
  const kept = [...newest.values()];
  const names = (of: 'dataSet' | 'protocol' | 'start') => [...new Set(kept.map(cell => cell[of]))];
  const dataSets = names('dataSet');
  const columns = dataSets.map(dataSet => {
    const {metric, sizes} = kept.findLast(cell => cell.dataSet === dataSet) ?? kept[0];
    return {dataSet, metric, sizes};
  });
  const rows = names('protocol').flatMap(protocol =>
    names('start').map(start => {
      const own = kept.filter(cell => cell.protocol === protocol && cell.start === start);
      return {protocol, start, entries: dataSets.map(name => entryOf(own.filter(cell => cell.dataSet === name)))};
    }),
  );
  return {columns, rows: rows.filter(({entries}) => entries.some(entry => entry !== undefined))};
}
