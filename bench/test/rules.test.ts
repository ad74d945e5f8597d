import {expect, test} from 'vitest';
import type {Figures} from '../src/protocol.js';
import {alikeViews, anyLosses, type Report} from '../src/rules.js';

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
