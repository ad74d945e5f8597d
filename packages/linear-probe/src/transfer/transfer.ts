import type {Source} from '@contrastive/data';
import {
  callable,
  checkOptions,
  checkValue,
  integer,
  kind,
  list,
  object,
  reasonOf,
  type Rules,
} from '@contrastive/internal';
import {digestOf} from '../digest.js';
import {cellsRule, checkCell, checkCells, checkDataSets, checkNamed} from './check-transfer.js';
import type {TransferMetric, TransferSizes} from './data-sets.js';

/** A data set to transfer to; protocols get the whole record, so it may have more in it, such as `labelMatrices`. */
export interface TransferDataSet {
  readonly name: string;
  readonly train: Source;
  /** Images to choose settings by; where there are none, protocols hold out some of `train`. */
  readonly validation?: Source;
  readonly test: Source;
  readonly metric: TransferMetric;
  /** What else says which images these are (a seed, a version), as plain data. */
  readonly about?: object;
}

/** What is transferred: an encoder, or how to come by one. */
export interface TransferStart<E> {
  readonly name: string;
  /** Given to the protocols as it is; one that trains it must copy it first. */
  readonly encoder: E;
  /** What says which encoder it is (a checkpoint, its steps), as plain data. */
  readonly about?: object;
}

/** What one protocol found. */
export interface TransferMeasure {
  /** The data set's metric on its test images, in [0, 1]. */
  readonly value: number;
  /** Between what it lies, where that is known. */
  readonly interval?: {readonly low: number; readonly high: number};
  /** How long it took; by default what went by. */
  readonly seconds?: number;
  /** What else is to be kept, as plain data. */
  readonly details?: object;
}

/** A way to measure a start on a data set. */
export interface TransferProtocol<E, D extends TransferDataSet = TransferDataSet> {
  readonly name: string;
  /** What it does with which numbers, as plain data: other settings are another measurement. */
  readonly settings?: object;
  /** Measures; `signal` says that it may stop. */
  readonly run: (
    encoder: E,
    dataSet: D,
    context: {readonly seed: number; readonly signal?: AbortSignal},
  ) => Promise<TransferMeasure>;
}

/** One finished measurement, as plain data. */
export interface TransferCell {
  readonly dataSet: string;
  readonly start: string;
  readonly protocol: string;
  readonly seed: number;
  /** Tells settings, start and data set apart from others of the same names. */
  readonly digest: string;
  readonly metric: TransferMetric;
  /** In [0, 1]. */
  readonly value: number;
  readonly interval?: {readonly low: number; readonly high: number};
  readonly seconds: number;
  /** Numbers of images. */
  readonly sizes: TransferSizes;
  readonly details?: object;
}

/** Options of `transfer`. */
export interface TransferOptions {
  /** What each protocol is run with; [1] by default. */
  readonly seeds?: readonly number[];
  /** Cells of an earlier call, which are not measured again. */
  readonly finished?: readonly TransferCell[];
  /** Called with each newly finished cell, to keep it, and awaited. */
  readonly onCell?: (
    cell: TransferCell,
    progress: {readonly done: number; readonly total: number},
  ) => void | Promise<void>;
  /** Ends the call after the cell that is being measured, or earlier where the protocol heeds it. */
  readonly signal?: AbortSignal;
}

const rules: Rules<TransferOptions> = {
  seeds: list(integer()),
  finished: cellsRule,
  onCell: callable,
  signal: kind('an AbortSignal', value => value instanceof AbortSignal, 'give that of an AbortController'),
};

const keyOf = ({
  dataSet,
  start,
  protocol,
  seed,
  digest,
}: Omit<TransferCell, 'value' | 'seconds' | 'sizes' | 'metric'>) =>
  JSON.stringify([dataSet, start, protocol, seed, digest]);

const sizesOf = ({train, validation, test}: TransferDataSet): TransferSizes => ({
  train: train.length,
  ...(validation && {validation: validation.length}),
  test: test.length,
});

/** What is measured where, and under which key. */
interface Place<E, D extends TransferDataSet> {
  readonly dataSet: D;
  readonly start: TransferStart<E>;
  readonly protocol: TransferProtocol<E, D>;
  readonly seed: number;
  readonly named: Pick<TransferCell, 'dataSet' | 'start' | 'protocol' | 'seed' | 'digest'>;
}

/** All cells of the table, data set by data set. */
function places<E, D extends TransferDataSet>(
  dataSets: readonly D[],
  starts: readonly TransferStart<E>[],
  protocols: readonly TransferProtocol<E, D>[],
  seeds: readonly number[],
): Place<E, D>[] {
  return dataSets.flatMap((dataSet, d) =>
    starts.flatMap((start, s) =>
      protocols.flatMap((protocol, p) => {
        // Each apart, so that an error names what is no plain data.
        const digests = [
          digestOf('transfer', `dataSets[${d}].about`, dataSet.about ?? null),
          digestOf('transfer', `starts[${s}].about`, start.about ?? null),
          digestOf('transfer', `protocols[${p}].settings`, protocol.settings ?? null),
        ];
        const digest = digestOf('transfer', 'cell', [...digests, sizesOf(dataSet), dataSet.metric]);
        return seeds.map(seed => ({
          dataSet,
          start,
          protocol,
          seed,
          named: {dataSet: dataSet.name, start: start.name, protocol: protocol.name, seed, digest},
        }));
      }),
    ),
  );
}

/**
 * Measures how well encoders transfer: each start by each protocol on each data set with each seed, one after the
 * other, data set by data set. Every finished cell goes to `onCell`; given back as `finished`, it is not measured
 * again, unless settings, sizes or what is said about start or data set have changed. So a call that ended early goes
 * on where it stopped.
 *
 * @returns The cells of the table in its order, those that were finished before too.
 * @throws TypeError or RangeError (a rejection, as all of them) for anything but a data set, start, protocol or option;
 * Error that names the cell, with the cause, where a protocol fails or gives no measure: cells before it went to
 * `onCell`. The reason of `signal` once that is aborted; a cell that was finished nonetheless is kept.
 * @example
 * const cells = await transfer([dtd, pets], [{name: 'simclr', encoder}], [linear], {
 *   finished: readCells(), onCell: writeCell,
 * });
 * console.log(formatTransferTable(cells));
 */
export async function transfer<E, D extends TransferDataSet>(
  dataSets: readonly D[],
  starts: readonly TransferStart<E>[],
  protocols: readonly TransferProtocol<E, D>[],
  options: TransferOptions = {},
): Promise<readonly TransferCell[]> {
  checkDataSets(dataSets);
  checkNamed('starts', starts);
  checkNamed('protocols', protocols);
  for (const [i, {run}] of protocols.entries()) checkValue('transfer', `protocols[${i}].run`, run, callable);
  checkOptions('transfer', options, rules);
  const {seeds = [1], finished = [], onCell, signal} = options;
  checkCells('transfer', 'finished', finished);
  if (new Set(seeds).size < seeds.length)
    throw new RangeError(`transfer: expected different numbers as seeds, got ${seeds.join(', ')}; give each once.`);
  const known = new Map(finished.map(cell => [keyOf(cell), cell]));
  const all = places(dataSets, starts, protocols, seeds);
  const cells: TransferCell[] = [];
  let done = all.filter(({named}) => known.has(keyOf(named))).length;
  for (const place of all) {
    const before = known.get(keyOf(place.named));
    if (before) {
      cells.push(before);
      continue;
    }
    signal?.throwIfAborted();
    const cell = await measure(place, {done, total: all.length}, signal);
    cells.push(cell);
    await onCell?.(cell, {done: ++done, total: all.length});
  }
  return cells;
}

/** Measures one cell; an error says which it was. */
async function measure<E, D extends TransferDataSet>(
  {dataSet, start, protocol, seed, named}: Place<E, D>,
  {done, total}: {readonly done: number; readonly total: number},
  signal?: AbortSignal,
): Promise<TransferCell> {
  const begun = performance.now();
  try {
    const found = await protocol.run(start.encoder, dataSet, {seed, ...(signal && {signal})});
    checkValue(protocol.name, 'result', found, object); // of JavaScript it may be anything
    const {value, interval, seconds = (performance.now() - begun) / 1000, details} = found;
    const cell = {
      ...named,
      metric: dataSet.metric,
      value,
      ...(interval && {interval}),
      seconds,
      sizes: sizesOf(dataSet),
      ...(details && {details}),
    };
    checkCell(protocol.name, 'result', cell);
    return cell;
  } catch (cause) {
    signal?.throwIfAborted();
    throw new Error(
      `transfer: expected a measure of ${start.name} on ${dataSet.name} by ${protocol.name} with seed ${seed}, got ` +
        `an error (${reasonOf(cause)}); ${done} of ${total} cells are finished: give them as finished to go on.`,
      {cause},
    );
  }
}
