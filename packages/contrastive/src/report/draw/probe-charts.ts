import {axisX, axisY, dot, gridX, gridY, line, ruleX, ruleY} from '@observablehq/plot';
import type {Html} from '../../escape/html.js';
import type {ProbeEntry} from '../data.js';
import {chart, colors} from './chart.js';
import {count, counted} from './format.js';
import {colorOf, type Row} from './probe-rows.js';

const inPercent = (fraction: number): string => `${Math.round(100 * fraction)} %`;

/** On a logarithmic axis. */
const budgetOf = ({labels}: ProbeEntry): number => Math.max(1, labels);

/** Room at both ends of the accuracies. */
function domainOf(entries: readonly ProbeEntry[]): [number, number] {
  const [low, high] = [Math.min(...entries.map(one => one.low)), Math.max(...entries.map(one => one.high))];
  const room = 0.06 * (high - low || 1);
  return [Math.max(0, low - room), Math.min(1, high + room)];
}

/** Accuracy over the number of labels: a line for each row. */
function byLabels(classifier: string, rows: readonly Row[], budgets: readonly number[]): Html {
  return chart({
    label: `Accuracy by ${classifier} over the number of labels; the table has the numbers`,
    height: 240,
    ...{marginLeft: 44, marginRight: 16, marginTop: 10, marginBottom: 40},
    x: {type: 'log', domain: [0.8 * budgets[0], 1.25 * budgets[budgets.length - 1]]},
    y: {domain: domainOf(rows.flatMap(({entries}) => entries))},
    marks: [
      gridY({ticks: 5, stroke: colors.line, strokeOpacity: 1}),
      axisY({ticks: 5, tickSize: 0, label: null, fill: colors.muted, tickFormat: inPercent}),
      axisX(budgets, {
        ...{tickSize: 0, tickFormat: count, fill: colors.muted, label: 'labels given to the classifier'},
        ...{labelAnchor: 'center', labelArrow: 'none', labelOffset: 36},
      }),
      ...rows.flatMap(row => [
        line(row.entries, {x: budgetOf, y: 'accuracy', stroke: colorOf(row), strokeWidth: 1.75}),
        ruleX(row.entries, {x: budgetOf, y1: 'low', y2: 'high', stroke: colorOf(row), strokeWidth: 1.25}),
        dot(row.entries, {
          ...{x: budgetOf, y: 'accuracy', r: 4},
          ...{fill: colorOf(row), stroke: colors.paper, strokeWidth: 1.5},
        }),
      ]),
    ],
  });
}

/** Letters beside a chart: the end of a name tells it apart. */
const LETTERS = 22;
const shortened = (name: string): string => (name.length > LETTERS ? `…${name.slice(1 - LETTERS)}` : name);

/** Accuracy with one number of labels: a dot for each row, in the order of the table. */
function withLabels(
  classifier: string,
  rows: readonly Row[],
  labels: number,
  namesOf: (row: Row) => readonly string[],
): Html {
  return chart({
    label: `Accuracy by ${classifier} with ${counted(labels, 'label')}; the table has the numbers`,
    height: 50 + 34 * rows.length,
    ...{marginLeft: 124, marginRight: 16, marginTop: 6, marginBottom: 42},
    x: {domain: domainOf(rows.flatMap(({entries}) => entries))},
    y: {domain: [rows.length, 0]},
    marks: [
      gridX({ticks: 4, stroke: colors.line, strokeOpacity: 1}),
      axisY(
        rows.map((_, i) => i + 0.5),
        {
          tickSize: 0,
          label: null,
          fill: colors.ink,
          tickFormat: (at: number) => namesOf(rows[Math.floor(at)]).map(shortened).join('\n'),
        },
      ),
      axisX({
        ...{ticks: 4, tickSize: 0, fill: colors.muted, tickFormat: inPercent},
        ...{
          label: `right with ${counted(labels, 'label')}`,
          labelAnchor: 'center',
          labelArrow: 'none',
          labelOffset: 36,
        },
      }),
      ...rows.flatMap((row, i) => [
        ruleY(row.entries, {x1: 'low', x2: 'high', y: () => i + 0.5, stroke: colorOf(row), strokeWidth: 1.5}),
        dot(row.entries, {
          ...{x: 'accuracy', y: () => i + 0.5, r: 4.5},
          ...{fill: colorOf(row), stroke: colors.paper, strokeWidth: 1.5},
        }),
      ]),
    ],
  });
}

/**
 * Accuracies of one classifier with their intervals.
 *
 * @param namesOf What a row is called, in one line or two.
 */
export function probeChart(classifier: string, rows: readonly Row[], namesOf: (row: Row) => readonly string[]): Html {
  const budgets = [...new Set(rows.flatMap(({entries}) => entries.map(budgetOf)))].sort((a, b) => a - b);
  return budgets.length === 1 ? withLabels(classifier, rows, budgets[0], namesOf) : byLabels(classifier, rows, budgets);
}
