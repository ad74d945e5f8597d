import {describe, expect, test} from 'vitest';
import {accuracy, meanPerClassAccuracy, perClassAccuracy, selectRows, standardise} from '@contrastive/linear-probe';
import {features, values} from './golden-values.js';

describe('standardise', () => {
  const {points, others, mean, std, scaled} = values.scaling;

  test("gives scikit-learn's numbers, a constant column too", () => {
    const scale = standardise(features(points));
    expect(scale.mean).toBeAllclose(mean, {atol: 1e-8, rtol: 1e-8});
    expect(scale.std).toBeAllclose(std, {atol: 1e-8, rtol: 1e-8});
    const result = scale.apply(features(others, [1, 2, 3]));
    expect(result.data).toBeAllclose(scaled, {atol: 1e-5, rtol: 1e-5});
    expect(Array.from(result.labels ?? [])).toEqual([1, 2, 3]);
  });

  test('a constant column becomes exactly 0', () => {
    const train = features([[0.1], [0.1], [0.1]]);
    expect(Array.from(standardise(train).apply(train).data)).toEqual([0, 0, 0]);
  });

  test('says what is wrong', () => {
    expect(() => standardise(features([[1], [NaN]]))).toThrow(/got NaN in row 1, column 0/);
    expect(() => standardise(features([[1]])).apply(features([[1, 2]]))).toThrow(
      /expected 1 columns, as in training, as features, got 2/,
    );
    expect(() => standardise({data: new Float32Array(0), rows: 0, columns: 3})).toThrow(
      /an integer from 1 on as train.rows, got 0/,
    );
  });
});

describe('selectRows', () => {
  test('takes rows and labels in the order asked for', () => {
    const {data, rows, labels} = selectRows(
      features(
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
        [7, 8, 9],
      ),
      [2, 0, 2],
    );
    expect(rows).toBe(3);
    expect(Array.from(data)).toEqual([5, 6, 1, 2, 5, 6]);
    expect(Array.from(labels ?? [])).toEqual([9, 7, 9]);
    expect(() => selectRows(features([[1]]), [1])).toThrow(/integers from 0 to 0 as indices, got 1 at position 0/);
  });
});

describe('the metrics', () => {
  test("equal scikit-learn's", () => {
    const predictions = Int32Array.from(values.scores.predictions);
    const labels = Int32Array.from(values.scores.labels);
    expect(accuracy(predictions, labels)).toBeCloseTo(values.scores.accuracy, 12);
    expect(meanPerClassAccuracy(predictions, labels)).toBeCloseTo(values.scores.meanPerClass, 12);
  });

  test('refuse lengths that differ', () => {
    expect(() => accuracy(Int32Array.of(1), Int32Array.of(1, 2))).toThrow(/got 1 and 2/);
    expect(() => meanPerClassAccuracy(Int32Array.of(), Int32Array.of())).toThrow(/at least one/);
  });

  test('a class without rows has no accuracy and is no part of the mean', () => {
    const [predictions, labels] = [Int32Array.of(0, 1, 9, 5), Int32Array.of(0, 0, 5, 5)];
    expect(perClassAccuracy(predictions, labels)).toEqual([
      {label: 0, rows: 2, accuracy: 0.5},
      {label: 5, rows: 2, accuracy: 0.5},
    ]);
    expect(meanPerClassAccuracy(predictions, labels)).toBe(0.5);
    expect(meanPerClassAccuracy(Int32Array.of(1, 2), Int32Array.of(1, 1))).toBe(0.5);
    expect(() => perClassAccuracy(Int32Array.of(), Int32Array.of())).toThrow(/perClassAccuracy: .*at least one/);
  });

  test('rows that are not finite can be left out, also all of them', () => {
    const given = {data: Float32Array.of(1, NaN, 3), rows: 3, columns: 1, labels: Int32Array.of(4, 5, 6)};
    expect(selectRows(given, [0, 2])).toEqual({
      data: Float32Array.of(1, 3),
      rows: 2,
      columns: 1,
      labels: Int32Array.of(4, 6),
    });
    expect(selectRows(selectRows(given, []), []).rows).toBe(0);
  });
});
