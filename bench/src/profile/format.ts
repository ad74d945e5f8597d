import type {Profile} from './summary.js';

/** How many lines a list has before the rest is summed up. */
const MOST = 14;

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

/** Lines whose first column is text, to the left, and whose others are numbers, to the right. */
function aligned(lines: readonly (readonly string[])[]): string[] {
  const widths = lines[0].map((_, column) => Math.max(...lines.map(line => line[column].length)));
  return lines.map(line =>
    line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '),
  );
}

/** The first of many, and the sum of the others. */
function withRest<T>(all: readonly T[], add: (rest: readonly T[]) => T): readonly T[] {
  return all.length <= MOST ? all : [...all.slice(0, MOST - 1), add(all.slice(MOST - 1))];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** A profile as text: operations by their time, and what tensors hold at the peak. */
export function formatProfile(name: string, {seconds, operations, peak}: Profile): string {
  const inside = sum(operations.map(one => one.seconds));
  const count = sum(operations.map(one => one.count));
  const costs = withRest(operations, rest => ({
    name: `${rest.length} others`,
    count: sum(rest.map(one => one.count)),
    seconds: sum(rest.map(one => one.seconds)),
  }));
  const held = withRest(peak.held, rest => ({
    by: `${rest.length} others`,
    tensors: sum(rest.map(one => one.tensors)),
    bytes: sum(rest.map(one => one.bytes)),
  }));
  const times = [
    ['operation', 'count', 'ms', 'of the step'],
    ...costs.map(one => [one.name, `${one.count}`, (1000 * one.seconds).toFixed(1), percent(one.seconds, seconds)]),
    ['outside of operations', '', (1000 * (seconds - inside)).toFixed(1), percent(seconds - inside, seconds)],
  ];
  const sizes = [
    ['made by', 'tensors', 'MB', 'of the peak'],
    ...held.map(one => [one.by, `${one.tensors}`, megabytes(one.bytes), percent(one.bytes, peak.bytes)]),
  ];
  return [
    `${name}: ${count} operations a step, ${seconds.toFixed(3)} s`,
    ...aligned(times).map(line => `  ${line}`),
    `  Tensors hold the most, ${megabytes(peak.bytes)} MB, with the output of ${peak.operation} (operation ` +
      `${peak.position} of ${count}):`,
    ...aligned(sizes).map(line => `  ${line}`),
  ].join('\n');
}
