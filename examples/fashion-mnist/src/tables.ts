import {count, duration, filled, markdownTable} from '@contrastive/example';
import type {Figure, Results} from './results.js';

/** How many columns stand beside each other. */
const COLUMNS_A_TABLE = 6;
const NAME_WIDTH = 15;
const COLUMN_WIDTH = 13;

const tenths = (fraction: number): string => (100 * fraction).toFixed(1);

const figureOf = ({rows}: Results, start: string, column: string): Figure | undefined =>
  rows.find(row => row.start === start)?.figures.find(({protocol}) => protocol === column);

/** The columns in groups that fit a line; what is fine-tuned begins a group. */
function groups({columns}: Results): string[][] {
  const few = columns.findIndex(name => /, .*%$/.test(name));
  const parts = few < 0 ? [columns] : [columns.slice(0, few), columns.slice(few)];
  return parts.flatMap(part =>
    Array.from({length: Math.ceil(part.length / COLUMNS_A_TABLE)}, (_, i) =>
      part.slice(i * COLUMNS_A_TABLE, (i + 1) * COLUMNS_A_TABLE),
    ),
  );
}

/** What figures are, in a line or two. */
function legend({seeds, sizes}: Results): string[] {
  const of = `Percent of ${count(sizes.test)} test images; ± is half`;
  return seeds.length > 1
    ? [`${of} a 95 % interval, Student's t over ${seeds.length} seeds;`, 'w: of one run, Wilson’s (other test images).']
    : [`${of} of Wilson's 95 % interval (w).`];
}

/** The tables for a terminal, at most 100 columns wide. */
export function terminalTables(results: Results): string {
  const cell = (start: string, column: string): string => {
    const figure = figureOf(results, start, column);
    if (figure === undefined) return '–';
    const {value, low, high, interval} = figure;
    return `${tenths(value)} ±${tenths((high - low) / 2)}${interval === 'wilson' ? 'w' : ' '}`;
  };
  const line = (first: string, cells: readonly string[]): string =>
    (first.padEnd(NAME_WIDTH) + cells.map(text => text.padStart(COLUMN_WIDTH)).join('')).trimEnd();
  const tables = groups(results).map(columns => {
    const heads = columns.map(name => name.split(', '));
    return [
      line(
        '',
        heads.map(([first]) => first),
      ),
      line(
        '',
        heads.map(([, second = '']) => second),
      ),
      ...results.rows.map(({start}) =>
        line(
          start,
          columns.map(column => cell(start, column)),
        ),
      ),
      '',
    ].join('\n');
  });
  return [...tables, ...legend(results)].join('\n');
}

/** The tables as Markdown. */
function markdownTables(results: Results): string[] {
  const cell = (start: string, column: string): string => {
    const figure = figureOf(results, start, column);
    if (figure === undefined) return '–';
    const {value, low, high, interval} = figure;
    return `${tenths(value)} (${tenths(low)}–${tenths(high)}${interval === 'wilson' ? ' w' : ''})`;
  };
  return groups(results).map(columns =>
    markdownTable([
      ['percent', ...columns],
      ...results.rows.map(({start}) => [start, ...columns.map(column => cell(start, column))]),
    ]),
  );
}

/** The page of the documentation, drawn from nothing but the results. */
export function page(results: Results): string {
  const {quick, seeds, sizes, versions, seconds} = results;
  const {train, validation = 0, test} = sizes;
  const learned = count(train + validation);
  const of = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    '# Fashion-MNIST',
    ...(quick ? ['A quick run: it shows that everything works, and its figures mean nothing.'] : []),
    filled(
      `What features are worth that were learned from ${learned} images of Fashion-MNIST, on ${count(test)} test ` +
        `images that nothing was chosen on; drawn by \`npm run example -- fashion-mnist\` from its \`results.json\`. ` +
        `Seeds ${seeds.join(', ')}; ${of.join(', ')}; ${duration(seconds)} in all.`,
    ),
    filled(
      `Figures are percent of the test images, with a 95 % interval: Student's t over the seeds, which says what ` +
        `other trainings could change; where w stands, Wilson's of one run, which says what other test images could.`,
    ),
    ...markdownTables(results),
    filled(
      `kNN, linear and logistic columns are of frozen features of all ${learned} images; settings are chosen on ` +
        `${count(validation)} of them, with part of the labels on a held-out fifth of those. \`mocoLinear\` and ` +
        '`simclrLinear` stand twice: at the learning rate that the recipe names, which fits features of its authors, ' +
        'and at one chosen on validation images. Fine-tuned, the supervised network is as its own training left it; ' +
        'it has seen all labels, so what it would do with few of them is the row of the random network.',
    ),
    [
      '<picture>',
      '  <source media="(prefers-color-scheme: dark)" srcset="fashion-mnist-confusion-dark.png">',
      '  <img src="fashion-mnist-confusion.png" alt="What was taken for what">',
      '</picture>',
    ].join('\n'),
  ]
    .join('\n\n')
    .concat('\n');
}
