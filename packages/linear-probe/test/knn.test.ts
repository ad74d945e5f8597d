import {expectNoLeaks} from '@contrastive/testing';
import {describe, expect, test} from 'vitest';
import {knn, nearest} from '@contrastive/linear-probe';
import {features, values} from './golden-values.js';

const {bank, bankLabels, queries, queryLabels, votes} = values.neighbours;
const train = features(bank, bankLabels);
const queried = features(queries, queryLabels);

describe('knn', () => {
  test.each(votes)(
    'votes as scikit-learn with k $k and temperature $temperature',
    async ({k, temperature, predictions}) => {
      const result = await knn(train, queried, {k, temperature});
      expect(Array.from(result.predictions)).toEqual(predictions);
      expect(result.accuracy).toBeCloseTo(
        predictions.filter((c, i) => c === queryLabels[i]).length / predictions.length,
        12,
      );
    },
  );

  test('ranks a bank of four points by the angle, whatever their length', async () => {
    // Angles 0°, 20°, 50°, 90°; the queries stand at 5° and 28°.
    const angle = (degrees: number, length: number) => [
      length * Math.cos((degrees * Math.PI) / 180),
      length * Math.sin((degrees * Math.PI) / 180),
    ];
    const points = [angle(0, 5), angle(20, 0.1), angle(50, 100), angle(90, 1)];
    const queried = features([angle(5, 3), angle(28, 0.2)], [0, 0]);
    const rankings: number[][] = [[], []];
    for (const [q, ranking] of rankings.entries()) {
      // The nearest of the points that are left, four times.
      for (const left = new Set([0, 1, 2, 3]); left.size > 0; left.delete(ranking.at(-1) ?? -1)) {
        const kept = [...left];
        const {predictions} = await knn(
          features(
            kept.map(i => points[i]),
            kept,
          ),
          queried,
          {k: 1},
        );
        ranking.push(predictions[q]);
      }
    }
    expect(rankings).toEqual([
      [0, 1, 2, 3],
      [1, 2, 0, 3],
    ]);
  });

  test('more neighbours than training rows are all of them', async () => {
    const all = await knn(train, queried, {k: train.rows});
    const more = await knn(train, queried, {k: 10_000});
    expect(more.predictions).toEqual(all.predictions);
    expect(more.k).toBe(train.rows);
    expect((await knn(train, queried, {k: 3})).k).toBe(3);
  });

  test('counts the test rows that no answer is right for, also where there is one class', async () => {
    const bank = features(
      [
        [1, 0],
        [0, 1],
      ],
      [3, 5],
    );
    const asked = features(
      [
        [1, 0.1],
        [0.1, 1],
        [1, 1],
      ],
      [3, 4, 7],
    );
    const {classCount, unknownRows, accuracy, k} = await knn(bank, asked);
    expect({classCount, unknownRows, accuracy, k}).toEqual({classCount: 2, unknownRows: 2, accuracy: 1 / 3, k: 2});
    const one = await knn({...bank, labels: Int32Array.of(3, 3)}, asked);
    expect(one).toMatchObject({classCount: 1, unknownRows: 2, accuracy: 1 / 3});
  });

  test('finds classes that the test set lacks, and leaves gaps in the numbering alone', async () => {
    const {accuracy, predictions} = await knn(
      features(
        [
          [1, 0],
          [0, 1],
          [-1, 0],
        ],
        [7, 3, 1000],
      ),
      features(
        [
          [0.9, 0.1],
          [-1, 0.1],
        ],
        [7, 3],
      ),
      {k: 1},
    );
    expect(Array.from(predictions)).toEqual([7, 1000]);
    expect(accuracy).toBe(0.5);
  });

  test('weighs votes: one near neighbour beats two far ones only at a low temperature', async () => {
    const three = features(
      [
        [1, 0],
        [0.6, 0.8],
        [0.6, -0.8],
      ],
      [0, 1, 1],
    );
    const one = features([[1, 0]], [0]);
    expect((await knn(three, one, {temperature: 0.1})).predictions[0]).toBe(0);
    expect((await knn(three, one, {temperature: 10})).predictions[0]).toBe(1);
    expect((await knn(three, features([[-1, 0.01]], [0]), {temperature: 1e-4})).predictions[0], 'far from all').toBe(1);
  });

  test('takes rows of zeros and of huge and tiny numbers', async () => {
    const {predictions} = await knn(
      features(
        [
          [1e30, 0],
          [0, 1e-30],
        ],
        [0, 1],
      ),
      features(
        [
          [0, 0],
          [1e-30, 0],
          [0, 1e30],
        ],
        [0, 0, 1],
      ),
      {k: 1},
    );
    expect(Array.from(predictions)).toEqual([0, 0, 1]);
  });

  test('test rows beyond one block', async () => {
    const rows = Array.from({length: 1500}, (_, i) => (i % 2 === 0 ? [1, 0.1] : [0.1, 1]));
    const {accuracy} = await knn(
      features(
        [
          [1, 0],
          [0, 1],
        ],
        [0, 1],
      ),
      features(
        rows,
        rows.map((_, i) => i % 2),
      ),
      {k: 1},
    );
    expect(accuracy).toBe(1);
  });

  test('leaves no tensor behind', async () => {
    await expectNoLeaks(() => knn(train, queried, {k: 5}));
  });

  test('says what is wrong', async () => {
    await expect(knn(Promise.resolve(train) as never, queried)).rejects.toThrow(
      /knn: expected an object as train, got a Promise; await it\./,
    );
    await expect(knn(train, queried, {k: 0})).rejects.toThrow(/knn: expected an integer from 1 on as k, got 0/);
    await expect(knn(train, queried, {temperature: 0})).rejects.toThrow(
      /knn: expected a number above 0 as temperature, got 0/,
    );
    await expect(knn(features(bank), queried)).rejects.toThrow(/knn: expected features with labels as train, got none/);
    await expect(knn(train, features([[1, 2]], [0]))).rejects.toThrow(
      /expected 5 columns, as in training, as test, got 2/,
    );
    await expect(
      knn(
        train,
        features(
          [
            [1, 2, 3, 4, 5],
            [1, NaN, 3, 4, 5],
          ],
          [0, 1],
        ),
      ),
    ).rejects.toThrow(/knn: expected finite numbers as test.data, got NaN in row 1, column 1/);
    await expect(knn({...train, rows: 91}, queried)).rejects.toThrow(
      /455 numbers for \[91, 5\] as train.data, got 450/,
    );
    await expect(knn({...train, labels: new Int32Array(3)}, queried)).rejects.toThrow(
      /one label a row as train.labels, got 3 for 90 rows/,
    );
  });
});

describe('nearest', () => {
  test.each([1e-30, 1e-3, 1, 1e30])(
    'gives equal rows in their order, wherever they stand, at scale %f',
    async scale => {
      const [columns, copies] = [512, 257];
      const row = Float32Array.from({length: columns}, (_, i) => scale * Math.sin(1 + i * i));
      const other = row.map(value => value * 0.5 + scale * 1e-3);
      // equal rows at each odd place, others between them
      const data = new Float32Array(2 * copies * columns);
      for (let i = 0; i < 2 * copies; i++) data.set(i % 2 === 1 ? row : other, i * columns);
      const bank = {data, rows: 2 * copies, columns};
      // One query is answered without the device, many are not.
      for (const count of [1, 9]) {
        const data = new Float32Array(count * columns);
        for (let i = 0; i < count; i++) data.set(row, i * columns);
        const {rows, similarities} = await nearest(bank, {data, rows: count, columns}, 20);
        expect(Array.from(rows)).toEqual(Array.from({length: 20 * count}, (_, i) => 2 * (i % 20) + 1));
        expect(new Set(similarities)).toEqual(new Set([1]));
      }
    },
  );

  test('gives one query what it gives many, to the last bit', async () => {
    const [columns, total] = [37, 700];
    const data = Float32Array.from({length: total * columns}, (_, i) => Math.sin(i * i) + Math.cos(7 * i));
    const asked = {data: data.slice(0, 20 * columns).map((value, i) => value + Math.sin(i)), rows: 20, columns};
    const bank = {data, rows: total, columns};
    const many = await nearest(bank, asked, 15);
    for (let query = 0; query < asked.rows; query++) {
      const one = {data: asked.data.subarray(query * columns, (query + 1) * columns), rows: 1, columns};
      const {rows, similarities} = await nearest(bank, one, 15);
      expect(rows).toEqual(many.rows.slice(query * 15, (query + 1) * 15));
      expect(similarities).toEqual(many.similarities.slice(query * 15, (query + 1) * 15));
    }
  });

  test('gives the most similar rows first, of equal ones the earlier; all where there are fewer than k', async () => {
    const bank = features([
      [0, 2],
      [3, 0],
      [1, 1],
      [5, 5],
    ]);
    const both = features([
      [2, 1],
      [0, 1e-20],
    ]);
    const {count, rows, similarities} = await nearest(bank, both, 3);
    expect(count).toBe(3);
    expect(Array.from(rows)).toEqual([2, 3, 1, 0, 2, 3]);
    const [half, fifth] = [Math.SQRT1_2, Math.sqrt(1 / 5)];
    expect(similarities).toBeAllclose([3 * fifth * half, 3 * fifth * half, 2 * fifth, 1, half, half]);
    expect((await nearest(bank, both, 10)).count).toBe(4);
    await expect(nearest(bank, both, 0)).rejects.toThrow('nearest: expected an integer from 1 on as k, got 0.');
  });
});
