import type {Comparison, Measure, Text} from '../experiment.js';

/** What most claims are judged by: a linear model on frozen features. */
export const linear: Measure = {how: 'linear'};

/** Two settings compared by it. */
export const byLinear = (
  one: string,
  other: string,
  sentence: Text,
  expected: Comparison['expected'] = 'above',
): Comparison => ({
  ...{sentence, expected},
  one: {setting: one, measure: linear},
  other: {setting: other, measure: linear},
});
