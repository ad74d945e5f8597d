import {count, duration, filled, markdownTable} from '@contrastive/example';
import {ofFewLabels} from './column.js';
import {differencesOf, type DifferenceRow} from './differences.js';
import {figureOf, type Results} from './results.js';

/** How many columns stand beside each other. */
const COLUMNS_A_TABLE = 6;
const NAME_WIDTH = 15;
const COLUMN_WIDTH = 13;

/** Percent, or points, with a minus as it is printed and none at 0. */
const tenths = (fraction: number): string =>
  (100 * fraction)
    .toFixed(1)
    .replace(/^-(?=0\.0$)/, '')
    .replace('-', '−');

/** The columns in groups that fit a line; what is fine-tuned begins a group. */
function groups(columns: readonly string[]): string[][] {
  const few = columns.findIndex(ofFewLabels);
  const parts = few < 0 ? [columns] : [columns.slice(0, few), columns.slice(few)];
  return parts.flatMap(part =>
    Array.from({length: Math.ceil(part.length / COLUMNS_A_TABLE)}, (_, i) =>
      part.slice(i * COLUMNS_A_TABLE, (i + 1) * COLUMNS_A_TABLE),
    ),
  );
}

/** The rows that have anything in these columns. */
const withFigures = <R extends Pick<DifferenceRow, 'figures'>>(rows: readonly R[], columns: readonly string[]): R[] =>
  rows.filter(({figures}) => figures.some(({protocol}) => columns.includes(protocol)));

/** What figures are, in a line or two. */
function legend({rows, sizes}: Results): string[] {
  const of = `Percent of ${count(sizes.test)} test images; ± is half`;
  const several = rows.flatMap(({figures}) => figures.filter(({seeds}) => seeds.length > 1));
  if (several.length === 0) return [`${of} of Wilson's 95 % interval (w).`];
  const counts = [...new Set(several.map(({seeds}) => seeds.length))].toSorted((a, b) => a - b);
  return [
    `${of} a 95 % interval, Student's t over ${counts.join(' or ')} seeds;`,
    'w: of one run, Wilson’s (other test images).',
  ];
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
  const tables = groups(results.columns).map(columns => {
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
      ...withFigures(results.rows, columns).map(({start}) =>
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

/** Tables as Markdown: a row for each name. */
function markdownTables(unit: string, rows: readonly DifferenceRow[], columns: readonly string[]): string[] {
  const cell = ({figures}: DifferenceRow, column: string): string => {
    const figure = figures.find(({protocol}) => protocol === column);
    if (figure === undefined) return '–';
    const {value, low, high, interval} = figure;
    return `${tenths(value)} (${tenths(low)} to ${tenths(high)}${interval === 'wilson' ? ' w' : ''})`;
  };
  return groups(columns).map(own =>
    markdownTable([
      [unit, ...own],
      ...withFigures(rows, own).map(row => [row.name, ...own.map(column => cell(row, column))]),
    ]),
  );
}

/** The tables of the page: every figure, then differences. */
export function pageTables(results: Results): {readonly figures: string[]; readonly differences: string[]} {
  const {rows, columns} = results;
  const named = rows.map(({start: name, figures}) => ({name, figures}));
  const differences = differencesOf(results);
  return {
    figures: markdownTables('percent', named, columns),
    differences: differences.length > 0 ? markdownTables('points', differences, columns) : [],
  };
}

/** The page of the documentation, drawn from nothing but the results. */
export function page(results: Results): string {
  const {quick, seeds, sizes, versions, seconds} = results;
  const {train, validation = 0, test} = sizes;
  const learned = count(train + validation);
  const of = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const {figures, differences} = pageTables(results);
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
    ...figures,
    filled(
      `kNN, linear and logistic columns are of frozen features of all ${learned} images; settings are chosen on ` +
        `${count(validation)} of them, with part of the labels on a held-out fifth of those. \`mocoLinear\` and ` +
        '`simclrLinear` stand twice: at the learning rate that the recipe names, which fits features of its authors, ' +
        'and at one chosen on validation images. Fine-tuned, the supervised network is as its own training left it; ' +
        'it has seen all labels, so the rows of random networks tell what it would do with few of them. With γ = 0 ' +
        'their blocks begin as the identity, as those of all trained ones did. The frozen features of the supervised ' +
        'network have seen all labels too, also of the images that settings are chosen on, and those that columns ' +
        'of few labels leave out.',
    ),
    ...(differences.length > 0
      ? [
          '## Differences',
          filled(
            'Seed by seed: a seed decides the first weights, the orders and the label subsets of all starts. ' +
              "In brackets is Student's 95 % interval of the mean; where it holds 0, these seeds do not tell which " +
              'start is better.',
          ),
          ...differences,
          '## What is taken for what',
        ]
      : []),
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
