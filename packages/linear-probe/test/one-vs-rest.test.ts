import {expectNoLeaks, golden} from '@contrastive/testing';
import {describe, expect, test} from 'vitest';
import {
  logisticRegression,
  meanAveragePrecision,
  oneVsRest,
  predictScores,
  selectRows,
  sweepOneVsRest,
} from '@contrastive/linear-probe';
import {features} from './golden-values.js';

interface Golden {
  readonly oneVsRest: {
    readonly points: number[][];
    readonly classCount: number;
    readonly relevant: number[];
    readonly difficult: number[];
    readonly fits: {
      readonly l2: number;
      readonly loss: number;
      readonly weights: number[][];
      readonly bias: number[];
    }[];
  };
}

const {points, classCount, fits, ...marks} = (golden(import.meta.url, 'regressions') as Golden).oneVsRest;
const train = features(points);
const labels = {classCount, relevant: Uint8Array.from(marks.relevant), difficult: Uint8Array.from(marks.difficult)};
/** Against scikit-learn's optimum at 1e-10: the loss is flat there, the weights are not. */
const lossTolerance = {atol: 0, rtol: 1e-6};
const weightTolerance = {atol: 1e-4, rtol: 1e-3};

describe('oneVsRest', () => {
  test.each(fits)("reaches scikit-learn's optimum of each class with l2 $l2", async ({l2, loss, weights, bias}) => {
    const model = await oneVsRest(train, labels, {l2, tolerance: 1e-6});
    expect(model).toMatchObject({converged: true, columns: 6, l2});
    expect(model.loss).toBeAllclose(loss, lossTolerance);
    expect(model.weights).toBeAllclose(weights, weightTolerance);
    expect(model.bias).toBeAllclose(bias, weightTolerance);
  });

  test('scores are the log-odds, and rank as mAP wants them', async () => {
    const [{l2, weights, bias}] = fits;
    const model = await oneVsRest(train, labels, {l2, tolerance: 1e-6});
    const scores = await predictScores(model, train);
    const expected = points.map(point =>
      bias.map((b, c) => point.reduce((sum, value, j) => sum + value * weights[j][c], b)),
    );
    expect(scores).toBeAllclose(expected, {atol: 1e-3, rtol: 1e-3});
    const fitted = meanAveragePrecision(scores, labels, {form: '11-point'});
    const untrained = meanAveragePrecision(
      scores.map((_, i) => Math.sin(i)),
      labels,
      {form: '11-point'},
    );
    expect(fitted).toBeGreaterThan(untrained + 0.2);
  });

  test('what is difficult changes nothing, whatever it is marked as', async () => {
    const other = labels.relevant.map((mark, i) => (labels.difficult[i] === 1 ? 1 - mark : mark));
    const options = {l2: 0.01, maxIterations: 20};
    expect(await oneVsRest(train, {...labels, relevant: other}, options)).toEqual(
      await oneVsRest(train, labels, options),
    );
  });

  test('starts from another model, and gets to the same place sooner', async () => {
    const strong = await oneVsRest(train, labels, {l2: 0.02, tolerance: 1e-5});
    const cold = await oneVsRest(train, labels, {l2: 0.01, tolerance: 1e-5});
    const warm = await oneVsRest(train, labels, {l2: 0.01, tolerance: 1e-5, initial: strong});
    expect(warm.iterations).toBeLessThan(cold.iterations);
    expect(warm.loss).toBeAllclose(cold.loss, lossTolerance);
  });

  test('takes scores that are far off without overflow', async () => {
    const far = features([[-1e4], [-1e3], [1e3], [1e4]]);
    const model = await oneVsRest(far, {relevant: Uint8Array.of(0, 0, 1, 1), classCount: 1}, {l2: 0});
    expect(Number.isFinite(model.loss)).toBe(true);
    expect(Array.from(await predictScores(model, far), Math.sign)).toEqual([-1, -1, 1, 1]);
  });

  test('leaves no tensor behind', async () => {
    await expectNoLeaks(async () => predictScores(await oneVsRest(train, labels, {l2: 0.1, maxIterations: 3}), train));
  });

  test('says what is wrong', async () => {
    const two = features([[1], [2], [3]]);
    const good = {relevant: Uint8Array.of(1, 0, 1), classCount: 1};
    await expect(oneVsRest(two, {...good, relevant: Uint8Array.of(1, 1, 1)}, {l2: 1})).rejects.toThrow(
      'oneVsRest: expected relevant and other rows of each class as labels, got no other row of class 0 that counts, ' +
        'but relevant ones; leave the class out.',
    );
    await expect(oneVsRest(two, {...good, relevant: Uint8Array.of(0, 0, 0)}, {l2: 1})).rejects.toThrow(
      /got no relevant row of class 0 that counts, but other ones/,
    );
    await expect(oneVsRest(two, {...good, difficult: Uint8Array.of(1, 1, 1)}, {l2: 1})).rejects.toThrow(
      /got no relevant row of class 0 that counts; leave/,
    );
    await expect(oneVsRest(two, {relevant: Uint8Array.of(1, 0), classCount: 1}, {l2: 1})).rejects.toThrow(
      /marks for 3 rows, as train, as labels, got 2/,
    );
    await expect(oneVsRest(two, {...good, relevant: Uint8Array.of(1, 0, 3)}, {l2: 1})).rejects.toThrow(
      /0 or 1 as labels.relevant, got 3 at position 2/,
    );
    await expect(oneVsRest(features([[1], [NaN], [3]]), good, {l2: 1})).rejects.toThrow(/got NaN in row 1, column 0/);
    await expect(oneVsRest(two, good, {} as never)).rejects.toThrow(/a number from 0 on as l2, got undefined/);
    const initial = await oneVsRest(train, labels, {l2: 1, maxIterations: 1});
    await expect(oneVsRest(two, good, {l2: 1, initial})).rejects.toThrow(
      /a model of 1 columns and 1 classes as initial/,
    );
    const broken = {...initial, bias: initial.bias.map(() => NaN)};
    await expect(oneVsRest(train, labels, {l2: 1, initial: broken})).rejects.toThrow(
      'oneVsRest: expected finite numbers as weights and bias of initial, got NaN; leave it out.',
    );
    await expect(predictScores(initial, two)).rejects.toThrow(/expected 6 columns, as in training, as features, got 1/);
  });
});

describe('sweepOneVsRest', () => {
  const part = (from: number, to: number) => {
    const cut = (list: Uint8Array) => list.slice(from * classCount, to * classCount);
    const rows = Array.from({length: to - from}, (_, i) => from + i);
    return {
      features: selectRows(train, rows),
      labels: {classCount, relevant: cut(labels.relevant), difficult: cut(labels.difficult)},
    };
  };
  const [first, second] = [part(0, 90), part(90, 150)];
  const ending = {tolerance: 1e-6, form: 'step'} as const;

  test("takes the penalty of the best mAP, and fits both parts to scikit-learn's optimum", async () => {
    const [{l2}, ...others] = fits;
    const l2Grid = [l2, ...others.map(one => one.l2)];
    const {trials, ...found} = await sweepOneVsRest(first, second, {...ending, l2Grid});
    for (const trial of trials) {
      const model = await oneVsRest(first.features, first.labels, {l2: trial.l2, tolerance: 1e-6});
      const scores = await predictScores(model, second.features);
      expect(trial.score).toBeCloseTo(meanAveragePrecision(scores, second.labels, {form: 'step'}), 6);
    }
    const best = Math.max(...trials.map(trial => trial.score));
    expect(found.l2).toBe(trials.find(trial => trial.score === best)?.l2);
    const golden = fits.find(one => one.l2 === found.l2);
    expect(found.model.loss).toBeAllclose(golden?.loss ?? NaN, lossTolerance);
    expect(found.model.weights).toBeAllclose(golden?.weights ?? [], weightTolerance);
  });

  test('says what is wrong, and leaves no tensor behind', async () => {
    const one = {features: selectRows(train, [0]), labels: {relevant: Uint8Array.of(1), classCount: 1}};
    await expect(sweepOneVsRest(one, second, ending)).rejects.toThrow(/other rows of each class as train.labels/);
    const narrow = {features: features([[1], [2]]), labels: {relevant: Uint8Array.of(0, 1), classCount: 1}};
    await expect(sweepOneVsRest(first, narrow, ending)).rejects.toThrow(/6 columns, .* as validation.features, got 1/);
    const single = {features: selectRows(train, [0, 1]), labels: {relevant: Uint8Array.of(0, 1), classCount: 1}};
    await expect(sweepOneVsRest(first, single, ending)).rejects.toThrow(
      /expected 3, as train.labels has, as validation.labels.classCount, got 1/,
    );
    await expect(sweepOneVsRest(first, second, {} as never)).rejects.toThrow(/'step' as form, got undefined/);
    await expectNoLeaks(() => sweepOneVsRest(first, second, {...ending, l2Grid: [1, 0.1]}), 2);
  });
});

test('predictScores gives the logits of logisticRegression', async () => {
  const model = await logisticRegression(features([[-1], [1]], [4, 9]), {l2: 0.1, tolerance: 1e-7});
  const [low, high] = [model.weights[0] * 3 + model.bias[0], model.weights[1] * 3 + model.bias[1]];
  expect(await predictScores(model, features([[3]]))).toBeAllclose([low, high], {atol: 1e-5, rtol: 1e-5});
});
