import {encoderNames, encoders, labelBudgets, type Scores} from './summary.js';
import {count, percent} from './words.js';

const nameWidth = 20;
const columnWidth = 16;

/** Strengthens text where the terminal can. */
function strong(text: string, color: boolean): string {
  return color ? `\x1b[1m${text}\x1b[22m` : text;
}

function rows(title: string, scores: Scores, color: boolean): string[] {
  const budgets = labelBudgets(scores);
  const best = budgets.map(budget => Math.max(...encoderNames.map(encoder => scores[encoder][budget])));
  return [
    strong(title.padEnd(nameWidth), color) +
      budgets.map(budget => `${count(Number(budget))} labels`.padStart(columnWidth)).join(''),
    ...encoderNames.map(
      encoder =>
        `  ${encoders[encoder]}`.padEnd(nameWidth) +
        budgets
          .map((budget, i) => {
            const cell = percent(scores[encoder][budget]).padStart(columnWidth);
            return scores[encoder][budget] === best[i] ? strong(cell, color) : cell;
          })
          .join(''),
    ),
  ];
}

/** The table of a run: percent of test images classified right; with `color` the best of each column is bold. */
export function resultsTable(probe: Scores, knn: Scores, color = false): string {
  return [...rows('Logistic regression', probe, color), '', ...rows('Nearest neighbours', knn, color)].join('\n');
}
