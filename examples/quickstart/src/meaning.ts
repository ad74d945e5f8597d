import {count, percent} from '@contrastive/example';
import {budgetsOf, type LabelScores, type Scores} from './figures.js';
import type {Summary} from './summary.js';

function list(budgets: readonly string[]): string {
  const words = budgets.map(budget => count(Number(budget)));
  return `${words.length > 1 ? `${words.slice(0, -1).join(', ')} and ` : ''}${words.at(-1) ?? ''} labels`;
}

/** What labels alone teach the same network, beside what the encoder does with them. */
function besideSupervised({trained}: Scores, supervised: LabelScores): string {
  const budgets = budgetsOf(trained);
  const ahead = budgets.filter(budget => trained[budget] > supervised[budget]);
  const behind = budgets.filter(budget => !ahead.includes(budget));
  const rival = 'the same network trained on those labels alone (Supervised)';
  if (behind.length === 0) return `The encoder beats ${rival} with every number of labels.`;
  if (ahead.length === 0) return `Still ahead with every number of labels: ${rival}.`;
  return `With ${list(ahead)} the encoder beats ${rival}; with ${list(behind)} that one is ahead.`;
}

/** In a few sentences what the figures mean, also when they are not what one hoped for. */
export function meaning(summary: Pick<Summary, 'smoke' | 'probe' | 'supervised'>): string {
  if (summary.smoke) return beforeSupervised(summary);
  return `${beforeSupervised(summary)}\n${besideSupervised(summary.probe, summary.supervised)}`;
}

/** What the figures of logistic regression mean. */
function beforeSupervised({smoke, probe}: Pick<Summary, 'smoke' | 'probe'>): string {
  if (smoke) return 'This was a quick run: the figures show that everything works, and say nothing about the method.';
  const {raw, untrained, trained} = probe;
  const rival = (budget: string) => Math.max(raw[budget], untrained[budget]);
  const budgets = budgetsOf(trained);
  const ahead = budgets.filter(budget => trained[budget] > rival(budget));
  const behind = budgets.filter(budget => !ahead.includes(budget));
  if (behind.length === 0)
    return (
      'With every number of labels the encoder that learned without labels beats raw pixels and the untrained ' +
      'network.'
    );
  const won =
    ahead.length > 0
      ? `With ${list(ahead)} the encoder that learned without labels beats raw pixels and the untrained network.`
      : 'The trained encoder is not the best yet: train for longer, for example with --epochs 30.';
  const lost = behind.map(budget => {
    const winner = raw[budget] >= untrained[budget] ? 'raw pixels' : 'the features of the untrained network';
    const how = rival(budget) === trained[budget] ? 'do as well' : 'are still ahead';
    return `With ${list([budget])} ${winner} ${how}: ${percent(rival(budget))} against ${percent(trained[budget])}.`;
  });
  return [won, ...lost].join('\n');
}
