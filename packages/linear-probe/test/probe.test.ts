import {createRandom} from '@contrastive/augment';
import {labelSubset} from '@contrastive/data';
import {expectNoLeaks} from '@contrastive/testing';
import {describe, expect, test} from 'vitest';
import {defaultL2Grid, knn, probe, selectRows, type Features} from '@contrastive/linear-probe';
import {holdOutFifth} from '../src/hold-out.js';
import {chooseL2} from '../src/logistic/choose-l2.js';

/** Clouds of 4 classes in 20 columns, of which 3 tell the classes apart. */
function clouds(rows: number, seed: number): Features {
  const random = createRandom(seed);
  const labels = Int32Array.from({length: rows}, (_, i) => i % 4);
  const centres = [
    [2, 0, 0],
    [0, 2, 0],
    [0, 0, 2],
    [-1, -1, -1],
  ];
  const data = Float32Array.from(
    {length: rows * 20},
    (_, i) => (centres[labels[Math.floor(i / 20)]][i % 20] ?? 0) + random.normal(),
  );
  return {data, rows, columns: 20, labels};
}

const train = clouds(400, 1);
const judged = clouds(400, 2);

describe('chooseL2', () => {
  test('takes the lowest cross-entropy, off both ends where neither fits', async () => {
    const {l2, trials, model} = await chooseL2(
      selectRows(train, labelSubset(train.labels ?? new Int32Array(), 60, 1)),
      defaultL2Grid,
      1,
    );
    expect(l2).toBeGreaterThan(1e-5);
    expect(l2).toBeLessThan(1);
    expect(trials.map(trial => trial.l2)).toEqual(trials.map(trial => trial.l2).toSorted((a, b) => b - a));
    expect(Math.min(...trials.map(trial => trial.crossEntropy))).toBe(
      trials.find(trial => trial.l2 === l2)?.crossEntropy,
    );
    expect(model?.l2).toBe(l2);
  });

  test('a penalty that is given twice does not end the search', async () => {
    const few = selectRows(train, labelSubset(train.labels ?? new Int32Array(), 60, 1));
    const [twice, once] = [
      [1, 1, 0.1, 0.01, 1e-3],
      [1, 0.1, 0.01, 1e-3],
    ];
    const [{l2, trials}, {l2: usual}] = [await chooseL2(few, twice, 1), await chooseL2(few, once, 1)];
    expect(l2).toBe(usual);
    expect(l2).toBeLessThan(1);
    expect(trials.length).toBeGreaterThan(2);
  });

  test('a grid of one value needs no held-out rows', async () => {
    expect(await chooseL2(selectRows(train, [0, 1]), [0.5], 1)).toEqual({
      l2: 0.5,
      trials: [],
      heldOut: {rows: 0, classCount: 0},
    });
  });
});

describe('holdOutFifth', () => {
  test('holds out a fifth of every class and splits without overlap', () => {
    const labels = Int32Array.from({length: 1000}, (_, i) => (i * 7) % 10);
    const {fit, heldOut} = holdOutFifth(labels, 1);
    for (const c of new Set(labels)) expect(heldOut.filter(i => labels[i] === c)).toHaveLength(20);
    expect(Array.from([...fit, ...heldOut]).toSorted((a, b) => a - b)).toEqual(Array.from(labels.keys()));
    expect(holdOutFifth(labels, 1).heldOut).toEqual(heldOut);
    expect(holdOutFifth(labels, 2).heldOut).not.toEqual(heldOut);
  });

  test('leaves one row of each class to fit to', () => {
    const {fit, heldOut} = holdOutFifth(Int32Array.of(1, 1, 2), 1);
    expect([fit.length, heldOut.length]).toEqual([2, 1]);
    expect(fit).toContain(2);
    expect(holdOutFifth(Int32Array.of(1, 2, 3), 1).heldOut).toHaveLength(0);
  });
});

describe('probe', () => {
  test('learns more from more labels, near the best that these clouds allow', async () => {
    const seen: number[] = [];
    const results = await probe(train, judged, {
      labelCounts: [20, 400],
      seed: 1,
      onProgress: ({labelCount}) => seen.push(labelCount),
    });
    expect(results.map(({labelCount}) => labelCount)).toEqual([20, 400]);
    expect(seen).toEqual([20, 400]);
    const {accuracy: neighbours} = await knn(train, judged);
    expect(results[1].accuracy).toBeGreaterThan(0.8);
    expect(results[1].accuracy).toBeGreaterThanOrEqual(neighbours - 0.02);
    expect(results[1].accuracy).toBeGreaterThan(results[0].accuracy);
    expect(results[1].converged).toBe(true);
    for (const {predictions, accuracy: right} of results) {
      const hits = predictions.filter((label, row) => label === judged.labels?.[row]).length;
      expect(hits / judged.rows).toBe(right);
    }
  });

  test('the same seed gives the same result; scales of columns do not matter', async () => {
    const options = {labelCounts: [40], seed: 2};
    const first = await probe(train, judged, options);
    expect(await probe(train, judged, options)).toEqual(first);
    const stretch = (features: Features) => ({
      ...features,
      data: features.data.map((value, i) => value * 2 ** (i % 20) + (i % 20)),
    });
    expect((await probe(stretch(train), stretch(judged), options))[0].accuracy).toBeAllclose(first[0].accuracy, {
      atol: 0.01,
      rtol: 0,
    });
  });

  test('all labels by default, and no tensor is left behind', async () => {
    const few = selectRows(
      train,
      Array.from({length: 40}, (_, i) => i),
    );
    expect((await probe(few, judged, {seed: 1}))[0].labelCount).toBe(40);
    await expectNoLeaks(() => probe(few, judged, {seed: 1}), 2);
  });

  test('says what is wrong', async () => {
    await expect(probe(undefined as never, judged, {seed: 1})).rejects.toThrow(
      /probe: expected an object as train, got undefined/,
    );
    await expect(probe(train, judged, {l2Grid: [], seed: 1})).rejects.toThrow(
      /numbers from 0 on, at least one, as l2Grid, got \[\]/,
    );
    await expect(probe(train, judged, {l2Grid: [1, NaN], seed: 1})).rejects.toThrow(/as l2Grid, got \[1, NaN\]/);
    await expect(probe(train, judged, {labels: [20], seed: 1} as never)).rejects.toThrow(/did you mean labelCounts\?/);
    await expect(probe(train, judged, {} as never)).rejects.toThrow(
      /probe: expected an integer as seed, got undefined/,
    );
    await expect(probe(train, judged, {labelCounts: [401], seed: 1})).rejects.toThrow(
      /an integer from 4 \(the classes\) to 400 \(the labels\) as labelCounts, got 401/,
    );
    const {data, rows, columns} = train;
    await expect(probe({data, rows, columns}, judged, {seed: 1})).rejects.toThrow(
      /probe: expected features with labels as train, got none/,
    );
    await expect(
      probe(train, {...judged, data: judged.data.map((value, i) => (i === 45 ? NaN : value))}, {seed: 1}),
    ).rejects.toThrow(/probe: expected finite numbers as test.data, got NaN in row 2, column 5/);
  });

  test('says which classes it learned, what judged penalties, and which rows no answer is right for', async () => {
    // Classes 0 to 3 in the test rows; class 3 has no training row, class 2 one.
    const kept = Array.from({length: 400}, (_, i) => i).filter(i => i % 4 < 2 || i === 2);
    const [{classCount, unknownRows, heldOut, accuracy}] = await probe(selectRows(train, kept), judged, {seed: 1});
    expect({classCount, unknownRows, heldOut}).toEqual({
      classCount: 3,
      unknownRows: 100,
      heldOut: {rows: 40, classCount: 2},
    });
    expect(accuracy).toBeLessThanOrEqual(0.75);
    expect((await probe(train, judged, {seed: 1, l2Grid: [0.1]}))[0].heldOut).toEqual({rows: 0, classCount: 0});
  });

  test('names itself for one class only, and for counts that labels do not allow', async () => {
    const one = selectRows(train, [0, 4, 8]);
    await expect(probe(one, judged, {seed: 1})).rejects.toThrow(
      'probe: expected at least two classes as train.labels, got 3 rows of class 0; add rows of another class.',
    );
    await expect(probe(train, judged, {seed: 1, labelCounts: [3]})).rejects.toThrow(
      'probe: expected an integer from 4 (the classes) to 400 (the labels) as labelCounts, got 3.',
    );
  });
});
