import {expectNoLeaks} from '@contrastive/testing';
import {describe, expect, test} from 'vitest';
import {accuracy, logisticRegression, predict} from '@contrastive/linear-probe';
import {features, values} from './golden-values.js';

const {points, labels, fits} = values.logistic;
const train = features(points, labels);
/** Against scikit-learn's optimum at 1e-10: the loss is flat there, the weights are not. */
const lossTolerance = {atol: 0, rtol: 1e-6};
const weightTolerance = {atol: 1e-4, rtol: 1e-3};

describe('logisticRegression', () => {
  test.each(fits)("reaches scikit-learn's optimum with l2 $l2", async ({l2, loss, weights, bias, predictions}) => {
    const model = await logisticRegression(train, {l2, tolerance: 1e-6});
    expect(model.converged).toBe(true);
    expect(model.loss).toBeAllclose(loss, lossTolerance);
    expect(model.weights).toBeAllclose(weights, weightTolerance);
    expect(model.bias).toBeAllclose(bias, weightTolerance);
    expect(Array.from(await predict(model, train))).toEqual(predictions);
  });

  test('two points have a closed form', async () => {
    // Points −1 and 1, weights −v and v: the optimum is l2 · v = 1 / (1 + exp(2v)), so this l2 belongs to v = 1.
    const l2 = 1 / (1 + Math.exp(2));
    const {weights, bias} = await logisticRegression(features([[-1], [1]], [0, 1]), {l2, tolerance: 1e-8});
    expect(weights).toBeAllclose([-1, 1], {atol: 1e-6, rtol: 0});
    expect(bias).toBeAllclose([0, 0], {atol: 1e-6, rtol: 0});
  });

  test('an endless penalty leaves the frequencies of the classes', async () => {
    const {weights, bias} = await logisticRegression(features([[1], [2], [3], [5]], [0, 1, 1, 1]), {
      l2: 1e8,
      tolerance: 1e-7,
    });
    expect(weights).toBeAllclose([0, 0], {atol: 1e-6, rtol: 0});
    expect(bias[1] - bias[0]).toBeAllclose(Math.log(3), {atol: 1e-5, rtol: 0});
  });

  test('starts from another model, and gets to the same place sooner', async () => {
    const strong = await logisticRegression(train, {l2: 0.02, tolerance: 1e-5});
    const cold = await logisticRegression(train, {l2: 0.01, tolerance: 1e-5});
    const warm = await logisticRegression(train, {l2: 0.01, tolerance: 1e-5, initial: strong});
    expect(warm.iterations).toBeLessThan(cold.iterations);
    expect(warm.loss).toBeAllclose(cold.loss, lossTolerance);
  });

  test('separates classes without a penalty, with any labels', async () => {
    const separable = features([[-2], [-1], [1], [2]], [-5, -5, 40, 40]);
    const losses: number[] = [];
    const model = await logisticRegression(separable, {l2: 0, onIteration: (_, loss) => losses.push(loss)});
    expect(Array.from(model.classes)).toEqual([-5, 40]);
    expect(accuracy(await predict(model, separable), Int32Array.of(-5, -5, 40, 40))).toBe(1);
    expect(losses).toHaveLength(model.iterations);
    expect(losses).toEqual(losses.toSorted((a, b) => b - a));
  });

  test('leaves no tensor behind, when it fails too', async () => {
    await expectNoLeaks(async () => predict(await logisticRegression(train, {l2: 0.1, maxIterations: 5}), train));
    const stop = () => {
      throw new Error('stop');
    };
    await expectNoLeaks(() => expect(logisticRegression(train, {l2: 0.1, onIteration: stop})).rejects.toThrow('stop'));
  });

  test('says what is wrong', async () => {
    await expect(logisticRegression(train, {l2: -1})).rejects.toThrow(/expected a number from 0 on as l2, got -1/);
    await expect(logisticRegression(train, {l2: 1, tolerance: 0})).rejects.toThrow(
      /a number above 0 as tolerance, got 0/,
    );
    await expect(logisticRegression(train, {l2: 1, maxIterations: 0})).rejects.toThrow(/maxIterations/);
    await expect(logisticRegression(features(points), {l2: 1})).rejects.toThrow(
      /features with labels as train, got none/,
    );
    await expect(logisticRegression(features([[1], [2]], [4, 4]), {l2: 1})).rejects.toThrow(
      /at least two classes as train.labels, got 2 rows of class 4/,
    );
    const model = await logisticRegression(train, {l2: 1, maxIterations: 1});
    await expect(logisticRegression(features([[1], [2]], [0, 1]), {l2: 1, initial: model})).rejects.toThrow(
      /a model of 1 columns and classes 0, 1 as initial, got one of 6 columns/,
    );
    const from = (initial: unknown) => logisticRegression(train, {l2: 1, initial: initial as never});
    for (const initial of [
      JSON.parse(JSON.stringify(model)),
      {...model, weights: model.weights.subarray(1)},
      {...model, bias: model.bias.subarray(1)},
      {columns: model.columns, classes: model.classes},
    ])
      await expect(from(initial)).rejects.toThrow(/expected a model of logisticRegression as initial, got .*; typed/);
    await expect(from({...model, bias: model.bias.map(() => NaN)})).rejects.toThrow(
      /expected finite numbers as weights and bias of initial, got NaN; leave it out/,
    );
    await expect(predict(model, features([[1]]))).rejects.toThrow(
      /expected 6 columns, as in training, as features, got 1/,
    );
    await expect(predict(model, features([[1, 2, 3, 4, 5, Infinity]]))).rejects.toThrow(
      /got Infinity in row 0, column 5/,
    );
  });
});
