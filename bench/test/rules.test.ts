import {expect, test} from 'vitest';
import type {Figures} from '../src/protocol.js';
import {alikeViews, anyLosses, finishedFits, sameOptimum, samePredictions, type Report} from '../src/rules.js';

/** Reports the same figures in three warm-up steps and two turns. */
function report(figures: Figures, views = 512): Report {
  const turn = {event: 'done', seconds: 1, figures} as const;
  return {
    ready: {event: 'ready', contestant: 'fake', device: 'cpu', facts: {views}, warmup: [figures, figures, figures]},
    turns: [turn, turn],
  };
}

const batch = (change: Figures = {}, views?: number): Report =>
  report({low: 0, high: 1, mean: 0.5, detail: 0.03, ...change}, views);

test('where the views differ, losses need only be numbers', () => {
  expect(() => {
    anyLosses.alone(report({loss: 4}));
  }).not.toThrow();
  expect(() => {
    anyLosses.alone(report({loss: NaN}));
  }).toThrow('the loss of fake is not finite');
});

test('views must lie in [0, 1]', () => {
  expect(() => {
    alikeViews.alone(batch());
  }).not.toThrow();
  expect(() => {
    alikeViews.alone(batch({high: 255}));
  }).toThrow('pixels from 0 to 255, not in [0, 1]');
  expect(() => {
    alikeViews.alone(batch({low: -2}));
  }).toThrow('pixels from -2 to 1');
});

test('views must be alike, the more of them the more so; their darkest and lightest pixels may differ', () => {
  const both = (change: Figures, views?: number) => () => alikeViews.both?.(batch({}, views), batch(change, views));
  expect(both({low: 0.001, high: 0.99, detail: 0.0305})).not.toThrow();
  expect(both({detail: 0.02})).toThrow(
    'the contestants do different work: detail of the views 0.03 (fake) and 0.02 (fake)',
  );
  expect(both({mean: 0.48})).not.toThrow();
  expect(both({mean: 0.48}, 10_000)).toThrow('mean of the views 0.5 (fake) and 0.48 (fake)');
});

test('fits must have reached their tolerance, and the optimum', () => {
  const fit = (objective: number, unfinished = 0) => report({objective, unfinished});
  const peer = report({objective: 0.5, unfinished: 0, optimum: 0.5 - 1e-7});
  expect(() => {
    finishedFits.alone(fit(0.5));
  }).not.toThrow();
  expect(() => {
    finishedFits.alone(fit(0.5, 2));
  }).toThrow('bench: 5 fits of fake ended before their tolerance.');
  expect(() => sameOptimum.both?.(fit(0.5 + 8e-7), peer)).not.toThrow();
  expect(() => sameOptimum.both?.(fit(0.5 + 2e-6), peer)).toThrow(
    'a fit ended at an objective of 0.500002, the optimum is 0.4999999',
  );
});

test('predictions must be the same', () => {
  const vote = (checksum: number) => report({accuracy: 0.9, checksum});
  expect(() => samePredictions.both?.(vote(17), vote(17))).not.toThrow();
  expect(() => samePredictions.both?.(vote(17), vote(18))).toThrow(
    'checksum of the predictions 17 (fake) and 18 (fake)',
  );
});
