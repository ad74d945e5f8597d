import {count, percent} from '@contrastive/example';
import {bestOf, budgetsOf, comparedRows, encoderRows, type Figures, type LabelScores, type Row} from './figures.js';
import {intervalOf} from './intervals.js';

const nameWidth = 20;
const columnWidth = 21;

/** Strengthens text where the terminal can. */
function strong(text: string, color: boolean): string {
  return color ? `\x1b[1m${text}\x1b[22m` : text;
}

/** A figure with its interval: `84.7 % (83.9–85.4)`. */
function figure(score: number, testImages: number): string {
  const {low, high} = intervalOf(score, testImages);
  return `${percent(score)} (${low.toFixed(1)}–${high.toFixed(1)})`;
}

function table(title: string, rows: readonly Row[], testImages: number, color: boolean): string[] {
  const budgets = budgetsOf(rows[0].scores);
  const best = bestOf(rows, budgets);
  const cells = (scores: LabelScores) =>
    budgets.map((budget, i) =>
      strong(figure(scores[budget], testImages).padStart(columnWidth), color && scores[budget] === best[i]),
    );
  return [
    strong(title.padEnd(nameWidth), color) +
      budgets.map(budget => `${count(Number(budget))} labels`.padStart(columnWidth)).join(''),
    ...rows.map(({name, scores}) => `  ${name}`.padEnd(nameWidth) + cells(scores).join('')),
  ];
}

/**
 * The tables of a run: percent of test images classified right, with 95 % intervals; with `color` the best of each
 * column is bold.
 */
export function resultsTable(figures: Figures, color = false): string {
  const {knn, testImages} = figures;
  return [
    ...table('Logistic regression', comparedRows(figures), testImages, color),
    '',
    ...table('Nearest neighbours', encoderRows(knn), testImages, color),
  ].join('\n');
}
