import {count, percent} from '@contrastive/example';
import {axisX, axisY, dot, gridY, line, text as label} from '@observablehq/plot';
import {bestOf, budgetsOf, comparedRows, encoderRows, type Figures, type Row} from '../figures.js';
import {intervalOf} from '../intervals.js';
import {at, chart, colors, heading, rule, sectionTop, text} from '@contrastive/example-picture';

const chartHeight = 296;
const rowHeight = 25;

interface Point extends Pick<Row, 'key' | 'name'> {
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

function scoresChart(rows: readonly Row[], width: number): string {
  const lines = rows.map(({key, name, scores}) =>
    Object.entries(scores).map(([budget, score]): Point => ({key, name, labels: Number(budget), score})),
  );
  const all = lines.flat();
  const budgets = [...new Set(all.map(({labels}) => labels))];
  const values = all.map(({score}) => score);
  const low = Math.min(95, Math.floor(Math.min(...values) / 5) * 5);
  const high = Math.min(100, Math.ceil((Math.max(...values) + 1) / 5) * 5);
  const ends = lines.map(points => points[points.length - 1]);
  const [marginTop, marginBottom] = [12, 44];
  const gap = (17 * (high - low)) / (chartHeight - marginTop - marginBottom);
  const ys = spread(
    ends.map(({score}) => score),
    gap,
  );
  const color = ({key}: Point) => colors[key];
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
      line(all, {x: 'labels', y: 'score', z: 'key', stroke: color, strokeWidth: 2}),
      dot(all, {x: 'labels', y: 'score', fill: color, stroke: colors.paper, strokeWidth: 1.5, r: 5}),
      label(ends, {
        x: 'labels',
        y: (_: Point, i: number) => ys[i],
        text: ({name}: Point) => name,
        fill: color,
        fontWeight: 600,
        fontSize: 13,
        textAnchor: 'start',
        dx: 12,
      }),
    ],
  });
}

/** Points between the columns of a table: a figure, and small beside it its interval. */
const [columnWidth, intervalWidth] = [126, 62];

/** Rows of one classifier; the best of each column is set stronger. */
function tableRows(title: string, rows: readonly Row[], testImages: number, width: number): string[] {
  const budgets = budgetsOf(rows[0].scores);
  const column = (i: number) => width - (budgets.length - 1 - i) * columnWidth;
  const best = bestOf(rows, budgets);
  const cell = (score: number, i: number): string => {
    const {low, high} = intervalOf(score, testImages);
    const interval = `${low.toFixed(1)}–${high.toFixed(1)}`;
    return (
      text(column(i) - intervalWidth, 0, percent(score), {
        anchor: 'end',
        ...(score === best[i] ? {weight: 600} : {fill: colors.muted}),
      }) + text(column(i), 0, interval, {size: 11, anchor: 'end', fill: colors.muted})
    );
  };
  return [
    text(0, 0, title, {weight: 600}) +
      budgets
        .map((budget, i) =>
          text(column(i), 0, `${count(Number(budget))} labels`, {size: 12, fill: colors.muted, anchor: 'end'}),
        )
        .join('') +
      rule(0, 8, width),
    ...rows.map(
      ({key, name, scores}) =>
        `<circle cx="5" cy="-4.5" r="4" fill="${colors[key]}"/>` +
        text(18, 0, name) +
        budgets.map((budget, i) => cell(scores[budget], i)).join(''),
    ),
  ];
}

/** Between the two tables. */
const tableGap = 12;
const tablesTop = sectionTop + chartHeight + 24;

/** Height of the section of scores: two headings, four rows and three. */
export const scoresHeight = tablesTop + 8 * rowHeight + tableGap + 12;

/** Accuracy by number of labels, as a chart and as numbers. */
export function scoresSection(figures: Figures, width: number): string {
  const {knn, testImages} = figures;
  const first = tableRows('Logistic regression', comparedRows(figures), testImages, width);
  const second = tableRows('Nearest neighbours', encoderRows(knn), testImages, width);
  const top = (i: number) => i * rowHeight + (i >= first.length ? tableGap : 0);
  const note = 'Test accuracy, 95 % intervals. Supervised: the whole network on these labels.';
  return (
    heading('What the features are worth', note) +
    at(0, sectionTop - 4, scoresChart(comparedRows(figures), width)) +
    at(0, tablesTop, ...[...first, ...second].map((row, i) => at(0, top(i), row)))
  );
}
