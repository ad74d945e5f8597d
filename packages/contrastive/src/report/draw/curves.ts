import {areaY, axisX, axisY, gridY, lineY, ruleY, windowY} from '@observablehq/plot';
import {html, type Html} from '../../escape/html.js';
import type {ReportData, RunData, Series} from '../data.js';
import {chanceLoss, type ChanceLoss} from '../../run/chance-loss.js';
import {chart, colors, runColor} from './chart.js';
import {bytes, count, duration, number, percent, tick} from './format.js';
import {phasesOf} from './phases.js';
import {missing, runLegend, section, type Section} from './section.js';

/** How a quantity is called and written. */
interface Quantity {
  readonly title: string;
  readonly note: string;
  readonly write?: (value: number) => string;
  readonly tick?: (value: number) => string;
  /** Ends of its axis, where they are always the same. */
  readonly domain?: readonly [number, number];
  /** Whether its axis begins at 0, because shares of it count. */
  readonly fromZero?: true;
}

const share = {write: percent, tick: (value: number) => `${Math.round(100 * value)} %`, domain: [0, 1]} as const;

/** In the order of the page; what a log has besides follows under its own name. */
const quantities: Readonly<Record<string, Quantity>> = {
  loss: {title: 'Loss', note: 'on the batch of each step, before its update'},
  contrastiveAccuracy: {title: 'Contrastive accuracy', note: 'how often a view finds its partner', ...share},
  contrastiveTop5Accuracy: {title: 'Among the nearest five', note: 'how often the partner is there', ...share},
  learningRate: {title: 'Learning rate', note: 'of each update'},
  embeddingSpread: {title: 'Spread of embeddings', note: '0 says that all images give one point', fromZero: true},
  gradientNorm: {title: 'Length of the gradient', note: 'of all parameters, before clipping'},
  contrastiveEntropy: {title: 'Contrastive entropy', note: 'in nats; 0 when a view is sure of its partner'},
  imagesPerSecond: {title: 'Images a second', note: 'of each step', fromZero: true},
  tensorBytes: {title: 'Memory of tensors', note: 'after each step', write: bytes, tick: bytes, fromZero: true},
};

const height = 190;

/** One curve of a chart. */
interface Curve {
  readonly run: number;
  readonly series: Series;
}

interface Point {
  readonly step: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly run: number;
}

const pointsOf = ({run, series: {steps, mean, low, high}}: Curve): Point[] =>
  steps.map((step, i) => ({step, mean: mean[i], low: low[i], high: high[i], run}));

/** A faint line or band of what was, and over it the running mean. */
function marksOf(curve: Curve) {
  const points = pointsOf(curve);
  const stroke = runColor(curve.run);
  const k = 2 * Math.round(points.length / 48) + 1; // odd, so that it lies in the middle
  const mean = {x: 'step', y: 'mean', stroke, strokeWidth: 1.75} as const;
  return [
    areaY(points, {x: 'step', y1: 'low', y2: 'high', fill: stroke, fillOpacity: 0.12}),
    ...(k > 1 ? [lineY(points, {x: 'step', y: 'mean', stroke, strokeOpacity: 0.3})] : []),
    lineY(points, k > 1 ? windowY({k, anchor: 'middle', strict: false}, mean) : mean),
  ];
}

/** Whether values span so much that only their powers are told apart. */
const spansPowers = (values: readonly number[]): boolean =>
  values.every(value => value > 0) && Math.max(...values) > 200 * Math.min(...values);

/** Of each run the loss where all views are alike, each value once. */
const chancesOf = (curves: readonly Curve[], runs: readonly RunData[]): ChanceLoss[] => [
  ...new Map(
    curves.flatMap(({run}) => {
      const chance = chanceLoss(runs[run].configuration);
      return chance ? [[chance.formula, chance] as const] : [];
    }),
  ).values(),
];

function curveChart(title: string, curves: readonly Curve[], quantity: Quantity, levels: readonly number[]): Html {
  const {domain, fromZero, tick: write = tick} = quantity;
  const values = [...levels, ...curves.flatMap(({series: {low, high}}) => [...low, ...high])];
  const last = Math.max(...curves.map(({series: {steps}}) => steps.at(-1) ?? 0));
  const powers = !domain && !fromZero && spansPowers(values);
  const [low, high] = [fromZero ? 0 : Math.min(...values), Math.max(...values)];
  const room = high > low ? 0.04 * (high - low) : Math.abs(high) || 1;
  return chart({
    label: `${title} over ${count(last + 1)} steps`,
    height,
    ...{marginLeft: 44, marginRight: 10, marginTop: 8, marginBottom: 24},
    x: {domain: [0, Math.max(1, last)]},
    y: powers ? {type: 'log', domain: [low, high]} : {domain: domain ?? [fromZero ? 0 : low - room, high + room]},
    marks: [
      gridY({ticks: 4, stroke: colors.line, strokeOpacity: 1}),
      axisY({ticks: 4, tickSize: 0, label: null, tickFormat: write, fill: colors.muted}),
      axisX({ticks: 4, tickSize: 0, label: null, tickFormat: tick, fill: colors.muted}),
      ruleY(levels, {stroke: colors.muted, strokeDasharray: '4 3'}),
      ...curves.flatMap(marksOf),
    ],
  });
}

/** What the curves came to, in words. */
function lastOf(curves: readonly Curve[], runs: readonly RunData[], {write = number}: Quantity): Html {
  const dropped = curves.reduce((sum, {series}) => sum + series.dropped, 0);
  const values = curves.filter(({series}) => series.mean.length > 0);
  return html`<span class="last"
    >${values.map(({run, series: {last}}) =>
      runs.length > 1
        ? html`<span
            ><span class="swatch run-${run}"></span><span class="unseen">${runs[run].name} </span>${write(last)}</span
          > `
        : write(last),
    )}${dropped > 0 ? html` <span class="warn">${count(dropped)} steps without a number</span>` : undefined}</span
  >`;
}

function figure(name: string, curves: readonly Curve[], runs: readonly RunData[], of = ''): Html {
  const quantity = Object.hasOwn(quantities, name) ? quantities[name] : {title: name, note: 'as the log has it'};
  const drawn = curves.filter(({series}) => series.mean.length > 0);
  const chances = name === 'loss' ? chancesOf(drawn, runs) : [];
  const levels = chances.map(({value}) => value);
  const told = chances.map(({formula, value}) => `${formula} = ${value.toFixed(2)}`).join(', ');
  const alike = chances.length > 0 ? `; dashed: all views alike, ${told}` : '';
  return html`<figure class="curve">
    <figcaption>
      <strong>${quantity.title}${of}</strong> ${lastOf(curves, runs, quantity)}<span class="note"
        >${quantity.note}${alike}</span
      >
    </figcaption>
    ${drawn.length > 0 ? curveChart(quantity.title, drawn, quantity, levels) : missing('No step has a number here.')}
  </figure> `;
}

/** The methods of the runs, as far as their configurations say. */
const methodsOf = (runs: readonly RunData[]): Set<string> =>
  new Set(runs.flatMap(({configuration: {method}}) => (typeof method === 'string' ? [method] : [])));

/** Figures of everything that was logged; losses of different methods each in a chart of its own. */
function figures(runs: readonly RunData[]): Html[] {
  const logged = new Set(runs.flatMap(({training}) => training?.series.map(({name}) => name) ?? []));
  const order = [...Object.keys(quantities).filter(name => logged.has(name))];
  const names = [...order, ...[...logged].filter(name => !order.includes(name))];
  const apart = methodsOf(runs).size > 1;
  return names.flatMap(name => {
    const curves = runs.flatMap(({training}, run) =>
      (training?.series ?? []).filter(series => series.name === name).map(series => ({run, series})),
    );
    if (name !== 'loss' || !apart) return [figure(name, curves, runs)];
    return curves.map(curve => figure(name, [curve], runs, ` of ${runs[curve.run].name}`));
  });
}

/** What the log remarked. */
const remarksOf = (runs: readonly RunData[]): Html[] =>
  runs.flatMap(({name, training}) =>
    (training?.remarks ?? []).map(
      ({step, text}) => html`<li>${runs.length > 1 ? html`${name}, ` : undefined}step ${count(step)}: ${text}</li>`,
    ),
  );

function noteOf(runs: readonly RunData[]): string {
  const lines = runs.flatMap(({name, training}) => {
    if (!training) return [];
    const {steps, epochs, seconds} = training;
    const passes = epochs === undefined ? '' : `, ${count(epochs)} ${epochs === 1 ? 'epoch' : 'epochs'}`;
    const time = seconds === undefined ? '' : `, ${duration(seconds)}`;
    return [`${runs.length > 1 ? `${name}: ` : ''}${count(steps)} steps${passes}${time}`];
  });
  const apart =
    methodsOf(runs).size > 1 ? ' Losses of different methods cannot be compared, so each has its chart.' : '';
  const said = `${lines.join('; ')}${lines.length > 0 ? '.' : ''}`;
  return `${said} The strong line is a running mean; what is faint behind it are single steps.${apart}`;
}

/** How the training went: a chart for each quantity, runs over each other. */
export function drawCurves({runs}: ReportData): Section {
  const without = runs.filter(({training}) => !training);
  const remarks = remarksOf(runs);
  const stray = runs.reduce((sum, {training}) => sum + (training?.strayLines ?? 0), 0);
  return section(
    'training',
    'Training',
    'How the training went',
    without.length === runs.length ? 'Loss, accuracy, learning rate and time by step.' : noteOf(runs),
    runLegend(runs),
    without.map(({name}) => missing(html`No step of ${name} is logged: there is no metrics.jsonl, or it is empty.`)),
    remarks.length > 0
      ? html`<ul class="remarks">
          ${remarks}
        </ul>`
      : undefined,
    stray > 0 ? missing(`${count(stray)} lines of the log have no step, and are left out.`) : undefined,
    html`<div class="grid">${figures(runs)}${phasesOf(runs)}</div>`,
  );
}
