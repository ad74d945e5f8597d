import type {Result} from './result.js';

const headings = ['row', 'peer', 'ours s', 'peer s', 'ratio', 'ours MB', 'peer MB'];
/** The first columns are text, to the left; the others are numbers, to the right. */
const textColumns = 2;

/** A number with a fixed number of decimals, or a dash for none. */
function fixed(value: number | null, decimals: number): string {
  return value === null ? '–' : value.toFixed(decimals);
}

/** Seconds: a step takes some, a view a fraction of a thousandth. */
function seconds(value: number | null): string {
  return fixed(value, value !== null && value < 0.01 ? 6 : 3);
}

/** The results as an aligned table, a line each. */
export function formatTable(results: readonly Result[]): string {
  const lines = [
    headings,
    ...results.map(({name, peer, oursSeconds, peerSeconds, ratio, oursMegabytes, peerMegabytes}) => [
      name,
      peer,
      seconds(oursSeconds),
      seconds(peerSeconds),
      fixed(ratio, 2),
      fixed(oursMegabytes, 0),
      fixed(peerMegabytes, 0),
    ]),
  ];
  const widths = headings.map((_, column) => Math.max(...lines.map(line => line[column].length)));
  const rule = widths.map(width => '─'.repeat(width));
  const aligned = lines.map(line =>
    line.map((cell, column) => (column < textColumns ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))),
  );
  return [aligned[0], rule, ...aligned.slice(1)].map(line => line.join('  ').trimEnd()).join('\n');
}
