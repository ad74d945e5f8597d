import {expectNoLeaks, golden} from '@contrastive/testing';
import {describe, expect, test} from 'vitest';
import {
  meanPerClassAccuracy,
  paperL2Grid,
  sweepL2,
  type SweepL2Options,
  type SweepTrial,
} from '@contrastive/linear-probe';
import {features} from './golden-values.js';

interface Part {
  readonly points: number[][];
  readonly labels: number[];
}
interface Golden {
  readonly sweep: {
    readonly train: Part;
    readonly validation: Part;
    readonly grid: number[];
    readonly chosen: Record<
      'accuracy' | 'meanPerClass',
      {readonly l2: number; readonly scores: number[]; readonly loss: number; readonly weights: number[][]}
    >;
  };
}

const {grid, chosen, ...parts} = (golden(import.meta.url, 'regressions') as Golden).sweep;
const [train, validation] = [parts.train, parts.validation].map(({points, labels}) => features(points, labels));

test('the grid of the papers has 45 values from 1e-6 to 1e5', () => {
  expect(paperL2Grid).toHaveLength(45);
  expect(paperL2Grid).toBeAllclose(grid, {atol: 0, rtol: 1e-12});
});

describe('sweepL2', () => {
  const cases: [keyof typeof chosen, SweepL2Options][] = [
    ['accuracy', {}],
    ['meanPerClass', {metric: meanPerClassAccuracy}],
  ];

  test.each(cases)("chooses and refits as scikit-learn's fits say, by %s", async (name, options) => {
    const expected = chosen[name];
    const told: SweepTrial[] = [];
    const {model, l2, trials, unknownRows} = await sweepL2(train, validation, {
      ...options,
      tolerance: 1e-6,
      maxIterations: 500,
      onTrial: trial => told.push(trial),
    });
    expect(l2).toBeCloseTo(expected.l2, 12);
    expect(trials.map(trial => trial.score).reverse()).toBeAllclose(expected.scores, {atol: 1e-8, rtol: 0});
    expect(trials.map(trial => trial.l2)).toEqual(paperL2Grid.toReversed());
    expect(told).toEqual(trials);
    expect(unknownRows).toBe(0);
    expect(model.converged).toBe(true);
    expect(model.loss).toBeAllclose(expected.loss, {atol: 0, rtol: 1e-6});
    expect(model.weights).toBeAllclose(expected.weights, {atol: 1e-4, rtol: 1e-3});
  });

  test('starts each penalty where the last ended', async () => {
    const steps = async (l2Grid: number[]) => (await sweepL2(train, validation, {l2Grid})).trials.at(-1)?.iterations;
    const cold = await steps([0.01]);
    expect(cold).toBeGreaterThan(0);
    expect(await steps([0.01, 0.0101])).toBeLessThan(cold ?? 0);
  });

  test('of equally good penalties the strongest, in whatever order they are given', async () => {
    const {l2, trials} = await sweepL2(train, validation, {l2Grid: [1e-3, 10, 0.1], metric: () => 1});
    expect(l2).toBe(10);
    expect(trials.map(trial => trial.l2)).toEqual([10, 0.1, 1e-3]);
  });

  test('learns a class that only validation has for the last fit, and counts its rows', async () => {
    const labels = Int32Array.from(parts.validation.labels, (label, i) => (i < 4 ? 9 : label));
    const {model, unknownRows} = await sweepL2(train, {...validation, labels}, {l2Grid: [0.1, 0.01]});
    expect(unknownRows).toBe(4);
    expect(Array.from(model.classes)).toEqual([0, 1, 2, 9]);
  });

  test('leaves no tensor behind', async () => {
    await expectNoLeaks(() => sweepL2(train, validation, {l2Grid: [1, 0.1]}), 2);
  });

  test('says what is wrong', async () => {
    await expect(sweepL2(train, features([[1, 2]], [0]))).rejects.toThrow(
      /expected 12 columns, as in training, as validation, got 2/,
    );
    await expect(sweepL2(train, features(parts.validation.points))).rejects.toThrow(/with labels as validation/);
    await expect(sweepL2(train, validation, {l2Grid: []})).rejects.toThrow(/at least one, as l2Grid, got \[\]/);
    await expect(sweepL2(train, validation, {l2Grid: [1], metric: () => NaN})).rejects.toThrow(
      /a finite number as the result of metric, got NaN/,
    );
    const one = {...train, labels: new Int32Array(train.rows)};
    await expect(sweepL2(one, validation)).rejects.toThrow(/at least two classes as train.labels/);
  });
});
