import {checkOptions, checkValue, choice, flag, integer, kind, object, type Rules} from '@contrastive/internal';
import {transferBenchmarks, type TransferBenchmark, type TransferMetric} from './data-sets.js';
import type {PublishedFigures, PublishedNetwork, PublishedProtocol} from './published-figures.js';
import {checkCells} from './check-transfer.js';
import type {TransferCell} from './transfer.js';
import {transferTable, type TransferRow, type TransferTable} from './transfer-table.js';

/** Options of `formatTransferTable`. */
export interface FormatTransferTableOptions {
  /** The most characters of a line; 120 by default. More columns than fit go below. */
  readonly width?: number;
  /** Whether what SimCLR's paper has for the same data sets stands below ours, as by default. */
  readonly published?: boolean;
  /**
   * Which of the paper's protocols each of ours is; by default `linear` and `logistic` are its linear evaluation, and
   * `fineTune`, `fine-tune` and `fine-tuned` its fine-tuning.
   */
  readonly protocols?: Readonly<Record<string, PublishedProtocol>>;
}

const rules: Rules<FormatTransferTableOptions> = {width: integer({least: 40}), published: flag, protocols: object};

const protocolRule = choice('linear', 'fineTuned');
const recordRule = kind('an object', value => typeof value === 'object' && value !== null);

const usualProtocols: Readonly<Record<string, PublishedProtocol>> = {
  linear: 'linear',
  logistic: 'linear',
  fineTune: 'fineTuned',
  'fine-tune': 'fineTuned',
  'fine-tuned': 'fineTuned',
};

const metricNames: Readonly<Record<TransferMetric, string>> = {
  accuracy: 'top-1',
  meanPerClassAccuracy: 'class',
  meanAveragePrecision: 'mAP',
};

const networkNames: Readonly<Record<PublishedNetwork, string>> = {resnet50x4: 'ResNet-50 (4×)', resnet50: 'ResNet-50'};
const startNames: Readonly<Record<keyof PublishedFigures, string>> = {
  simclr: 'SimCLR',
  supervised: 'supervised',
  randomInit: 'random init',
};

/** A line before it is laid out: its name and one text a column. */
interface Line {
  readonly name: string;
  readonly texts: readonly string[];
}

const percent = (share: number) => (100 * share).toFixed(1);

const ourLine = ({start, entries}: TransferRow): Line => ({
  name: `  ${start}`,
  texts: entries.map(entry =>
    entry ? `${percent(entry.value)}${entry.spread === undefined ? '' : ` ±${percent(entry.spread)}`}` : '–',
  ),
});

/** What the paper has by one protocol, a line for each network and start. */
function publishedLines(protocol: PublishedProtocol, benchmarks: readonly (TransferBenchmark | undefined)[]): Line[] {
  const networks = Object.keys(networkNames) as PublishedNetwork[];
  const starts = Object.keys(startNames) as (keyof PublishedFigures)[];
  return networks
    .flatMap(network =>
      starts.map(start => ({
        name: `  [1] ${startNames[start]}, ${networkNames[network]}`,
        texts: benchmarks.map(one => one?.published[network][protocol][start]?.toFixed(1) ?? ''),
      })),
    )
    .filter(({texts}) => texts.some(text => text !== ''));
}

/** Groups columns so that each group fits into the width beside the names. */
function groupsOf(widths: readonly number[], room: number): number[][] {
  const groups: number[][] = [];
  let left = -1;
  for (const [column, width] of widths.entries()) {
    left -= width + 2;
    if (left < 0) {
      groups.push([]);
      left = room - width - 2;
    }
    groups[groups.length - 1].push(column);
  }
  return groups;
}

const metricMeanings: Readonly<Record<TransferMetric, string>> = {
  accuracy: 'top-1: right answers',
  meanPerClassAccuracy: 'class: mean over the classes of their right answers',
  meanAveragePrecision: 'mAP: 11-point mean average precision',
};

/** What numbers mean, and what keeps them from being compared. */
function notes(
  {columns, rows}: TransferTable,
  benchmarks: readonly (TransferBenchmark | undefined)[],
  compared: boolean,
): string[] {
  const entries = rows.flatMap(row => row.entries);
  const seedCounts = entries.flatMap(entry => (entry?.spread === undefined ? [] : [entry.seeds]));
  const spread = [
    ...(seedCounts.some(count => count > 1) ? ['standard deviation over seeds'] : []),
    ...(seedCounts.includes(1) ? ['half of the interval over test images'] : []),
  ].join('; of one seed ');
  const metrics = [...new Set(columns.map(({metric}) => metricMeanings[metric]))];
  const total = ({train, validation = 0}: TransferBenchmark['sizes']) => train + validation;
  const others = columns.flatMap(({dataSet, sizes}, column) => {
    const official = benchmarks[column]?.sizes;
    if (!official || (total(official) === total(sizes) && official.test === sizes.test)) return [];
    return [
      `${dataSet}: ${total(sizes)} training and ${sizes.test} test images, ` +
        `officially ${total(official)} and ${official.test}.`,
    ];
  });
  return [
    metrics.length > 0 ? `Percent. ${metrics.join('; ')}.` : 'Percent.',
    ...(spread === '' ? [] : [`±: ${spread}.`]),
    ...(compared
      ? ['[1] Chen et al. 2020, arXiv 2002.05709, tables 8 (4×) and B.5, pretrained on ImageNet at 224 pixels.']
      : []),
    ...others,
  ];
}

/** Breaks a note where it is longer than a line. */
function wrapped(note: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of note.split(' ')) {
    const last = lines.length - 1;
    if (last >= 0 && lines[last].length + 1 + word.length <= width) lines[last] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}

/**
 * The table of SimCLR's transfer (Chen et al. 2020, arXiv 2002.05709, table 8) as text: protocols and starts in lines,
 * data sets in columns, in per cent, and below ours what the paper has, where a data set is one of its twelve.
 *
 * @throws TypeError or RangeError for anything but cells, and for options out of range.
 * @example
 * console.log(formatTransferTable(cells));
 */
export function formatTransferTable(cells: readonly TransferCell[], options: FormatTransferTableOptions = {}): string {
  checkCells('formatTransferTable', 'cells', cells);
  checkOptions('formatTransferTable', options, rules);
  const {width = 120, published = true, protocols = usualProtocols} = options;
  checkValue('formatTransferTable', 'protocols', protocols, recordRule);
  for (const [name, protocol] of Object.entries(protocols))
    checkValue('formatTransferTable', `protocols.${name}`, protocol, protocolRule);
  const table = transferTable(cells);
  const {columns, rows} = table;
  const benchmarks = columns.map(({dataSet}) => transferBenchmarks.find(({name}) => name === dataSet));
  let compared = false;
  const lines: Line[] = [
    {name: '', texts: columns.map(({dataSet}, column) => benchmarks[column]?.heading ?? dataSet)},
    {name: '', texts: columns.map(({metric}) => metricNames[metric])},
  ];
  for (const protocol of new Set(rows.map(row => row.protocol))) {
    const theirs =
      published && Object.hasOwn(protocols, protocol) ? publishedLines(protocols[protocol], benchmarks) : [];
    compared ||= theirs.length > 0;
    lines.push({name: protocol, texts: []}, ...rows.filter(row => row.protocol === protocol).map(ourLine), ...theirs);
  }
  const names = Math.max(...lines.map(({name}) => name.length));
  const widths = columns.map((_, column) => Math.max(...lines.map(({texts}) => (texts[column] ?? '').length)));
  const groups = groupsOf(widths, width - names).map(group =>
    lines
      .map(({name, texts}) =>
        [name.padEnd(names), ...group.map(column => `  ${(texts[column] ?? '').padStart(widths[column])}`)]
          .join('')
          .trimEnd(),
      )
      .join('\n'),
  );
  return [
    ...groups,
    notes(table, benchmarks, compared)
      .flatMap(note => wrapped(note, width))
      .join('\n'),
  ].join('\n\n');
}
