import * as tf from '@tensorflow/tfjs-core';
import {expectNoLeaks, fc} from '@contrastive/testing';
import {describe, expect, test} from 'vitest';
import {createQueue, type KeyQueue} from '../src/index.js';

/** Normalising once in float32 against once in float64. */
const float32 = {rtol: 0, atol: 1e-6};

const dim = 3;

/** A key of any length, never near zero. */
const key = (i: number): number[] =>
  Array.from({length: dim}, (_, j) => (1 + (i % 5)) * Math.sin(1 + 1.7 * i + 2.3 * j));

const unit = (row: number[]): number[] => row.map(x => x / Math.hypot(...row));

/** Keys `from` to `from + n − 1`. */
const keys = (from: number, n: number): tf.Tensor2D =>
  tf.tensor2d(
    Array.from({length: n}, (_, i) => key(from + i)),
    [n, dim],
  );

function enqueue(queue: KeyQueue, from: number, n: number): void {
  tf.tidy(() => {
    queue.enqueue(keys(from, n));
  });
}

const contents = (queue: KeyQueue): number[][] => tf.tidy(() => queue.negatives().arraySync());

/** A queue size and any batches that fit. */
const runs = fc
  .integer({min: 1, max: 9})
  .chain(size => fc.tuple(fc.constant(size), fc.array(fc.integer({min: 1, max: size}), {maxLength: 8})));

describe('first in, first out', () => {
  test('any batches leave what a plain list would hold', () => {
    fc.assert(
      fc.property(runs, ([size, batches]) => {
        const queue = createQueue({size, dim});
        const model = contents(queue);
        let total = 0;
        for (const n of batches) {
          enqueue(queue, total, n);
          for (let i = total; i < total + n; i++) model[i % size] = unit(key(i));
          total += n;
          expect(queue.position).toBe(total % size);
          expect(contents(queue)).toBeAllclose(model, float32);
        }
        queue.dispose();
      }),
      {numRuns: 40},
    );
  });

  test('a batch as large as the queue replaces everything, from any position', () => {
    const queue = createQueue({size: 4, dim});
    enqueue(queue, 0, 3);
    enqueue(queue, 3, 4);
    expect(contents(queue)).toBeAllclose(
      [4, 5, 6, 3].map(i => unit(key(i))),
      float32,
    );
    expect(queue.position).toBe(3);
    queue.dispose();
  });

  test('negatives taken before stay as they are, also on a tape', () => {
    const queue = createQueue({size: 4, dim, seed: 1});
    const before = queue.negatives();
    const values = before.arraySync();
    const x = tf.variable(keys(0, 2));
    const {value, grads} = tf.variableGrads(() => {
      const logits = tf.matMul(x, queue.negatives(), false, true);
      enqueue(queue, 7, 4);
      return tf.sum(logits);
    }, [x]);
    expect(before.arraySync()).toEqual(values);
    const sums = [0, 1, 2].map(j => values.reduce((sum, row) => sum + row[j], 0));
    expect(grads[x.name]).toBeAllclose([sums, sums], float32);
    queue.dispose();
    expect(before.arraySync()).toEqual(values);
    tf.dispose([before, x, value, grads]);
  });
});

describe('the start', () => {
  test('is random rows of length 1 from the seed alone', () => {
    const [a, b, other] = [
      createQueue({size: 200, dim, seed: 3}),
      createQueue({size: 200, dim, seed: 3}),
      createQueue({size: 200, dim, seed: 4}),
    ];
    const rows = contents(a);
    expect(contents(b)).toEqual(rows);
    expect(contents(other)).not.toEqual(rows);
    expect(rows.map(row => Math.hypot(...row))).toBeAllclose(
      rows.map(() => 1),
      float32,
    );
    // Directions over the sphere: the mean of 200 lies within 5 standard errors, 5/√(200·3), of the centre.
    for (let j = 0; j < dim; j++) expect(Math.abs(rows.reduce((sum, row) => sum + row[j], 0) / 200)).toBeLessThan(0.21);
    expect(a.position).toBe(0);
    tf.dispose([a.state(), b.state(), other.state()]);
  });
});

describe('state', () => {
  test('restored elsewhere, it goes on the same', async () => {
    await fc.assert(
      fc.asyncProperty(runs, fc.nat(), async ([size, batches], cut) => {
        const [queue, other] = [createQueue({size, dim, seed: 1}), createQueue({size, dim, seed: 2})];
        const at = cut % (batches.length + 1);
        let total = 0;
        for (const [i, n] of batches.entries()) {
          if (i === at) await other.restore(queue.state());
          enqueue(queue, total, n);
          if (i >= at) enqueue(other, total, n);
          total += n;
        }
        if (at === batches.length) await other.restore(queue.state());
        expect(contents(other)).toEqual(contents(queue));
        expect(other.position).toBe(queue.position);
        expect(other.state().position.dataSync()[0]).toBe(other.position);
        queue.dispose();
        other.dispose();
      }),
      {numRuns: 40},
    );
  });

  test('that does not fit changes nothing', async () => {
    const queue = createQueue({size: 4, dim});
    const before = contents(queue);
    const refused = async (tensors: Record<string, tf.Tensor>, message: string): Promise<void> => {
      await expect(queue.restore(tensors)).rejects.toThrow(message);
      tf.dispose(tensors);
    };
    const rows = (): tf.Tensor => tf.ones([4, dim]);
    const position = (value: number): tf.Tensor => tf.scalar(value, 'int32');
    await refused({rows: rows()}, 'KeyQueue.restore: expected int32 [] as position, got nothing');
    await refused(
      {rows: tf.ones([5, dim]), position: position(1)},
      'expected float32 [4, 3] as rows, got float32 [5, 3]; restore it into a queue of the same size',
    );
    await refused({rows: rows(), position: tf.scalar(1)}, 'expected int32 [] as position, got float32 []');
    await refused({rows: rows(), position: position(-1)}, 'expected a position from 0 to 3, got -1');
    expect(contents(queue)).toEqual(before);
    queue.dispose();
  });

  test('takes a copy of saved arrays', async () => {
    const queue = createQueue({size: 1, dim});
    const values = Float32Array.of(1, 0, 0);
    const saved = {rows: tf.tensor2d(values, [1, dim]), position: tf.scalar(0, 'int32')};
    await queue.restore(saved);
    tf.dispose(saved);
    values[0] = 9;
    expect(contents(queue)).toEqual([[1, 0, 0]]);
    queue.dispose();
  });
});

describe('refuses', () => {
  test.each([
    ['an empty queue', {size: 0, dim}, 'createQueue: expected an integer from 1 on as size, got 0; MoCo takes 65536'],
    ['half a row', {size: 1.5, dim}, 'expected an integer from 1 on as size, got 1.5'],
    ['keys of no length', {size: 4, dim: 0}, 'createQueue: expected an integer from 1 on as dim, got 0'],
    ['a seed that is no integer', {size: 4, dim, seed: 0.5}, 'createQueue: expected an integer as seed'],
  ])('%s', (_, options, message) => {
    expect(() => createQueue(options)).toThrow(RangeError);
    expect(() => createQueue(options)).toThrow(message);
  });

  test.each<[string, () => tf.Tensor, string]>([
    [
      'more keys than places',
      () => tf.ones([5, dim]),
      'expected 1 to 4 keys, the size of the queue, got 5; use a larger queue or a smaller batch',
    ],
    ['no keys', () => tf.zeros([0, dim]), 'expected 1 to 4 keys, the size of the queue, got 0'],
    ['keys of another length', () => tf.ones([2, 7]), 'expected keys [n, 3], got [2, 7]; create the queue with dim: 7'],
    ['one key without its axis', () => tf.ones([dim]), 'expected a float32 matrix [n, 3] of keys, got float32 [3]'],
    ['integers', () => tf.ones([2, dim], 'int32'), 'expected a float32 matrix [n, 3] of keys, got int32 [2, 3]'],
  ])('%s', (_, make, message) => {
    const queue = createQueue({size: 4, dim});
    const before = contents(queue);
    tf.tidy(() => {
      expect(() => {
        queue.enqueue(make() as tf.Tensor2D);
      }).toThrow(message);
    });
    expect(contents(queue)).toEqual(before);
    queue.dispose();
  });
});

test('a key of zeros stays finite', () => {
  const queue = createQueue({size: 2, dim});
  tf.tidy(() => {
    queue.enqueue(tf.zeros([1, dim]));
  });
  expect(contents(queue)[0]).toEqual([0, 0, 0]);
  queue.dispose();
});

test('no tensor is left, and memory does not grow', async () => {
  const queue = createQueue({size: 5, dim});
  const bytes = (): number => tf.memory().numBytes;
  const before = bytes();
  await expectNoLeaks(async () => {
    enqueue(queue, 0, 3);
    await queue.restore(queue.state());
    queue.negatives().dispose();
  });
  expect(bytes()).toBe(before);
  queue.dispose();
  await expectNoLeaks(() => {
    createQueue({size: 5, dim}).dispose();
  });
});
