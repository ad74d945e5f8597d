import {count, percent} from '@contrastive/example';
import {axisX, axisY, dot, gridY, line, text as label} from '@observablehq/plot';
import {encoderNames, encoders, labelBudgets, type EncoderName, type Scores} from '../summary.js';
import {at, colors, heading, rule, sectionTop, text} from '@contrastive/example-picture';
import {chart} from './chart.js';

const chartHeight = 296;
const rowHeight = 25;

interface Point {
  readonly encoder: EncoderName;
  readonly labels: number;
  readonly score: number;
}

/** Moves numbers apart, so that no two are nearer than `gap`, changing each as little as its order allows. */
export function spread(positions: readonly number[], gap: number): number[] {
  const order = positions.map((_, i) => i).sort((a, b) => positions[a] - positions[b]);
  const result = [...positions];
  // Neighbours that stand too near share the correction; a few sweeps settle three of them.
  for (let sweep = 0; sweep < 20; sweep++) {
    for (let i = 1; i < order.length; i++) {
      const [low, high] = [order[i - 1], order[i]];
      const missing = gap - (result[high] - result[low]);
      if (missing <= 0) continue;
      result[low] -= missing / 2;
      result[high] += missing / 2;
    }
  }
  return result;
}

function points(scores: Scores): Point[] {
  return encoderNames.flatMap(encoder =>
    labelBudgets(scores).map(budget => ({encoder, labels: Number(budget), score: scores[encoder][budget]})),
  );
}

function scoresChart(scores: Scores, width: number): string {
  const all = points(scores);
  const budgets = [...new Set(all.map(({labels}) => labels))];
  const values = all.map(({score}) => score);
  const low = Math.min(95, Math.floor(Math.min(...values) / 5) * 5);
  const high = Math.min(100, Math.ceil((Math.max(...values) + 1) / 5) * 5);
  const ends = encoderNames
    .map(encoder => all.filter(point => point.encoder === encoder))
    .map(line => line[line.length - 1]);
  const [marginTop, marginBottom] = [12, 44];
  const gap = (17 * (high - low)) / (chartHeight - marginTop - marginBottom);
  const ys = spread(
    ends.map(({score}) => score),
    gap,
  );
  const color = ({encoder}: Point) => colors[encoder];
  return chart({
    width,
    height: chartHeight,
    marginLeft: 44,
    marginRight: 128,
    marginTop,
    marginBottom,
    x: {type: 'log', domain: [Math.min(...budgets) * 0.85, Math.max(...budgets)]},
    y: {domain: [low, high]},
    marks: [
      gridY({ticks: 5, stroke: colors.grid, strokeOpacity: 1}),
      axisY({ticks: 5, tickSize: 0, label: null, tickFormat: (value: number) => `${value} %`}),
      axisX(budgets, {
        tickSize: 0,
        tickFormat: count,
        label: 'labels given to the classifier',
        labelAnchor: 'center',
        labelArrow: 'none',
        labelOffset: 38,
      }),
      line(all, {x: 'labels', y: 'score', z: 'encoder', stroke: color, strokeWidth: 2}),
      dot(all, {x: 'labels', y: 'score', fill: color, stroke: colors.paper, strokeWidth: 1.5, r: 5}),
      label(ends, {
        x: 'labels',
        y: (_: Point, i: number) => ys[i],
        text: ({encoder}: Point) => encoders[encoder],
        fill: color,
        fontWeight: 600,
        fontSize: 13,
        textAnchor: 'start',
        dx: 12,
      }),
    ],
  });
}

/** Rows of one classifier; the best of each column is set stronger. */
function tableRows(title: string, scores: Scores, width: number, budgets: readonly string[]): string[] {
  const column = (i: number) => width - (budgets.length - 1 - i) * 98;
  const best = budgets.map(budget => Math.max(...encoderNames.map(encoder => scores[encoder][budget])));
  return [
    text(0, 0, title, {weight: 600}) +
      budgets
        .map((budget, i) =>
          text(column(i), 0, `${count(Number(budget))} labels`, {size: 12, fill: colors.muted, anchor: 'end'}),
        )
        .join('') +
      rule(0, 8, width),
    ...encoderNames.map(
      encoder =>
        `<circle cx="5" cy="-4.5" r="4" fill="${colors[encoder]}"/>` +
        text(18, 0, encoders[encoder]) +
        budgets
          .map((budget, i) => {
            const score = scores[encoder][budget];
            return text(column(i), 0, percent(score), {
              anchor: 'end',
              ...(score === best[i] ? {weight: 600} : {fill: colors.muted}),
            });
          })
          .join(''),
    ),
  ];
}

/** Accuracy by number of labels, as a chart and as numbers, for the three encoders. */
export function scoresSection(probe: Scores, knn: Scores, width: number): string {
  const budgets = labelBudgets(probe);
  const rows = [
    ...tableRows('Logistic regression', probe, width, budgets),
    ...tableRows('Nearest neighbours', knn, width, budgets),
  ];
  // The second table stands a little apart from the first.
  const top = (i: number) => i * rowHeight + (i >= rows.length / 2 ? 12 : 0);
  return (
    heading('What the features are worth', 'Test accuracy of a classifier on frozen features, by number of labels.') +
    at(0, sectionTop - 4, scoresChart(probe, width)) +
    at(0, sectionTop + chartHeight + 24, ...rows.map((row, i) => at(0, top(i), row)))
  );
}
