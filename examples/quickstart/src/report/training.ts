import {axisX, axisY, gridY, lineY, ruleY, text as label, windowY} from '@observablehq/plot';
import {at, chart, colors, heading, sectionTop} from '@contrastive/example-picture';

/** One training step, as `metrics.jsonl` has it. */
export interface CurvePoint {
  /** Epochs done, with fraction. */
  readonly epoch: number;
  /** Loss of the step. */
  readonly loss: number;
  /** Fraction of the first views whose partner is the most similar of all second views, in [0, 1]. */
  readonly contrastiveAccuracy: number;
}

/** What the training section shows. */
export interface Training {
  /** One point a step. */
  readonly curve: readonly CurvePoint[];
  /** Images in a batch, so `2 · batchSize` views are compared. */
  readonly batchSize: number;
}

const lossHeight = 142;
const accuracyHeight = 104;
const margins = {marginLeft: 44, marginRight: 8};

/** A remark at the right end of the chart, `dy` points under the height of `y`. */
function note(content: string, y: number, dy: number) {
  return label([content], {
    frameAnchor: 'right',
    y,
    dy,
    fill: colors.muted,
    fontSize: 11.5,
    stroke: colors.paper,
    strokeWidth: 4,
  });
}

/** Faint line of every step, and over it their running mean. */
function curve(points: readonly CurvePoint[], y: 'loss' | 'contrastiveAccuracy') {
  const k = Math.max(1, Math.round(points.length / 24));
  return [
    lineY(points, {x: 'epoch', y, stroke: colors.trained, strokeOpacity: 0.28, strokeWidth: 1}),
    lineY(
      points,
      windowY({k, anchor: 'middle', strict: false}, {x: 'epoch', y, stroke: colors.trained, strokeWidth: 2}),
    ),
  ];
}

function lossChart({curve: points, batchSize}: Training, width: number): string {
  const chance = Math.log(2 * batchSize - 1);
  const losses = points.map(({loss}) => loss);
  const low = Math.min(...losses);
  const high = Math.max(chance, ...losses);
  return chart({
    ...margins,
    width,
    height: lossHeight,
    marginTop: 16,
    marginBottom: 8,
    x: {domain: [0, Math.max(...points.map(({epoch}) => epoch))], axis: null},
    y: {domain: [low - 0.08 * (high - low), high + 0.02 * (high - low)]},
    marks: [
      gridY({ticks: 3, stroke: colors.grid, strokeOpacity: 1}),
      axisY({ticks: 3, tickSize: 0, label: null}),
      ruleY([chance], {stroke: colors.muted, strokeDasharray: '3 4'}),
      note(`all views alike: ln(2 · ${batchSize} − 1) = ${chance.toFixed(2)}`, chance, -8),
      ...curve(points, 'loss'),
    ],
  });
}

function accuracyChart({curve: points}: Training, width: number): string {
  return chart({
    ...margins,
    width,
    height: accuracyHeight,
    marginTop: 24,
    marginBottom: 26,
    x: {domain: [0, Math.max(...points.map(({epoch}) => epoch))]},
    y: {domain: [0, 1]},
    marks: [
      gridY([0, 0.5, 1], {stroke: colors.grid, strokeOpacity: 1}),
      axisY([0, 0.5, 1], {tickSize: 0, label: null, tickFormat: (value: number) => `${Math.round(100 * value)} %`}),
      axisX({
        tickSize: 0,
        ticks: 6,
        label: null,
        tickFormat: (value: number, i: number) => (i === 0 ? 'epoch 0' : String(value)),
      }),
      ...curve(points, 'contrastiveAccuracy'),
      note('contrastive accuracy', 1, -9),
    ],
  });
}

/** Loss on top, contrastive accuracy under it, over the same epochs. */
export function trainingSection(training: Training, width: number): string {
  const last = training.curve.at(-1);
  const found = Math.round(100 * (last?.contrastiveAccuracy ?? 0));
  return (
    heading(
      'Contrastive loss and accuracy',
      `At the end a view finds its partner among ${training.batchSize} candidates ${found} % of the time.`,
    ) +
    at(0, sectionTop - 6, lossChart(training, width)) +
    at(0, sectionTop - 6 + lossHeight, accuracyChart(training, width))
  );
}
