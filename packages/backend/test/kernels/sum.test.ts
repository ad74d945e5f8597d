import * as tf from '@tensorflow/tfjs-core';
import {expectNoLeaks} from '@contrastive/testing';
import {describe, expect, test} from 'vitest';

/** Numbers from 0 to 1 of all sizes, the same on every machine. */
const numbers = (length: number): Float32Array =>
  Float32Array.from({length}, (_, i) => ((i * 7919) % 10007) / 10007 / (1 + (i % 13)));

/** The same in double precision, by walking through all indices. */
function reference(x: Float32Array, shape: readonly number[], axes: readonly number[], mean: boolean): number[] {
  const kept = shape.map((_, axis) => axis).filter(axis => !axes.includes(axis));
  const size = (list: readonly number[]) => list.reduce((product, axis) => product * shape[axis], 1);
  const sums = new Array<number>(size(kept)).fill(0);
  for (let i = 0; i < x.length; i++) {
    const place = shape.map((side, axis) => Math.floor(i / size(shape.map((_, a) => a).slice(axis + 1))) % side);
    sums[kept.reduce((at, axis) => at * shape[axis] + place[axis], 0)] += x[i];
  }
  return sums.map(sum => (mean ? sum / size(axes) : sum));
}

describe.each([
  {name: 'sum', op: tf.sum, mean: false},
  {name: 'mean', op: tf.mean, mean: true},
])('$name', ({op, mean}) => {
  test.each<{shape: number[]; axes: number[]}>([
    {shape: [7], axes: [0]},
    {shape: [1], axes: [0]},
    {shape: [5, 8], axes: [1]},
    {shape: [5, 9], axes: [1]},
    {shape: [5, 8], axes: [0]},
    {shape: [3, 4, 5], axes: [1]},
    {shape: [3, 4, 5], axes: [0, 2]},
    {shape: [2, 3, 4, 5], axes: [1, 2]},
    {shape: [2, 3, 4, 5], axes: [0, 1, 2, 3]},
    {shape: [2, 3, 4, 5], axes: [3, 0]},
    {shape: [2, 3, 4, 5], axes: [1, 3]},
    {shape: [2, 3, 2, 2, 3], axes: [2, 3]},
    {shape: [3, 100], axes: [1]},
    {shape: [100, 3], axes: [0]},
    {shape: [2, 10, 10, 3], axes: [1, 2]},
    {shape: [10, 2, 10], axes: [0, 2]},
  ])('over axes $axes of $shape', async ({shape, axes}) => {
    const values = numbers(tf.util.sizeFromShape(shape));
    const x = tf.tensor(values, shape);
    for (const keepDims of [false, true]) {
      const y = op(x, axes, keepDims);
      expect(Array.from(await y.data())).toEqual(
        reference(values, shape, axes, mean).map(value => expect.closeTo(value, 5) as number),
      );
      expect(y.shape).toEqual(
        keepDims
          ? shape.map((side, axis) => (axes.includes(axis) ? 1 : side))
          : shape.filter((_, axis) => !axes.includes(axis)),
      );
      y.dispose();
    }
    x.dispose();
  });

  test('a million numbers keep their digits, and small ones count behind a large one', async () => {
    const length = 3 * 3 * 512 * 512;
    const values = numbers(length);
    values[0] = 1e6;
    const [x, rows, columns] = [[length], [2, length / 2], [length / 2, 2]].map(shape => tf.tensor(values, shape));
    const cases: [tf.Tensor, tf.Tensor, number[], number[]][] = [
      [x, op(x), [length], [0]],
      [rows, op(rows, 1), [2, length / 2], [1]],
    ];
    for (const [, y, shape, axes] of cases) {
      const expected = reference(values, shape, axes, mean);
      expect(y).toBeAllclose(expected.length === 1 ? expected[0] : expected, {rtol: 1e-6, atol: 0});
    }
    if (tf.getBackend() === 'wasm') {
      const y = op(columns, 0); // native sums columns one row after another
      expect(y).toBeAllclose(reference(values, [length / 2, 2], [0], mean), {rtol: 1e-6, atol: 0});
      y.dispose();
    }
    tf.dispose([x, rows, columns, ...cases.map(([, y]) => y)]);
  });

  test('whole numbers and logical values stay what they were', async () => {
    const [whole, logical] = [tf.tensor1d([1, 2, 6], 'int32'), tf.tensor1d([true, false, true], 'bool')];
    const results = [op(whole), op(logical)];
    expect(await Promise.all(results.map(async y => (await y.data())[0]))).toEqual(
      mean ? [3, expect.closeTo(2 / 3, 6)] : [9, 2],
    );
    expect(results.map(({dtype}) => dtype)).toEqual(mean ? ['float32', 'float32'] : ['int32', 'int32']);
    tf.dispose([whole, logical, ...results]);
  });

  test('leaves no tensor, and has a gradient', async () => {
    const x = tf.tensor(numbers(24), [2, 3, 4]);
    const gradient = tf.grad(given => tf.sum(tf.square(op(given, [0, 2]))));
    const expected = (index: number): number => {
      const sums = reference(numbers(24), [2, 3, 4], [0, 2], mean);
      return (2 * sums[Math.floor(index / 4) % 3]) / (mean ? 8 : 1);
    };
    const g = gradient(x);
    expect(Array.from(await g.data())).toEqual(
      Array.from({length: 24}, (_, i) => expect.closeTo(expected(i), 4) as number),
    );
    g.dispose();
    await expectNoLeaks(() => {
      op(x, [0, 2]).dispose();
    });
    x.dispose();
  });
});
