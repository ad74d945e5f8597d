export {transferBenchmarks, type TransferBenchmark, type TransferMetric, type TransferSizes} from './data-sets.js';
export {formatTransferTable, type FormatTransferTableOptions} from './format-transfer-table.js';
export type {Published, PublishedFigures, PublishedNetwork, PublishedProtocol} from './published-figures.js';
export {
  transfer,
  type TransferCell,
  type TransferDataSet,
  type TransferMeasure,
  type TransferOptions,
  type TransferProtocol,
  type TransferStart,
} from './transfer.js';
export {transferTable, type TransferEntry, type TransferRow, type TransferTable} from './transfer-table.js';
