import {fc} from '@contrastive/testing';
import {describe, expect, test} from 'vitest';
import {decoupled, infoNCE, ntXent, supCon} from '../src/index.js';
import {forms, taken} from './all-losses.js';
import {evaluate, unit, type Batch} from './evaluate.js';

/** Sums in another order, in float32. */
const reordered = {rtol: 1e-4, atol: 1e-5};

const runs = {numRuns: 12};

const number = fc.double({min: -2, max: 2, noNaN: true});
const row = (d: number): fc.Arbitrary<number[]> =>
  fc.array(number, {minLength: d, maxLength: d}).filter(x => Math.hypot(...x) > 0.3);
const rows = (count: number, d: number): fc.Arbitrary<number[][]> =>
  fc.array(row(d), {minLength: count, maxLength: count});

/** A batch with 2 to 7 images, with what any loss may take. */
const batches: fc.Arbitrary<Required<Batch>> = fc
  .tuple(fc.integer({min: 2, max: 7}), fc.integer({min: 2, max: 6}), fc.integer({min: 1, max: 5}))
  .chain(([n, d, k]) =>
    fc.record({
      z1: rows(n, d),
      z2: rows(n, d),
      negatives: rows(k, d).map(unit),
      labels: fc.array(fc.integer({min: 0, max: 2}), {minLength: n, maxLength: n}),
    }),
  );

const temperatures = fc.constantFrom(0.1, 0.5, 2);

/** Each row turned by the angle in the plane of its first two axes. */
const turned = (z: number[][], angle: number): number[][] =>
  z.map(([x, y, ...others]) => [
    x * Math.cos(angle) - y * Math.sin(angle),
    x * Math.sin(angle) + y * Math.cos(angle),
    ...others,
  ]);

describe.each(forms)('$name does not change', form => {
  const holds = (change: (batch: Required<Batch>, by: number) => Required<Batch>): void => {
    fc.assert(
      fc.property(batches, temperatures, fc.integer({min: 1, max: 1000}), (batch, temperature, by) => {
        const loss = form.make(temperature);
        expect(evaluate(loss, taken(form, change(batch, by)))).toBeAllclose(
          evaluate(loss, taken(form, batch)),
          reordered,
        );
      }),
      runs,
    );
  };

  test('when the batch is permuted', () => {
    holds((batch, by) => {
      const order = batch.z1.map((_, i) => i).sort((a, b) => Math.sin(by * (a + 1)) - Math.sin(by * (b + 1)));
      const {z1, z2, labels, negatives} = batch;
      return {z1: order.map(i => z1[i]), z2: order.map(i => z2[i]), labels: order.map(i => labels[i]), negatives};
    });
  });

  test('when the negatives are permuted, or the classes renamed', () => {
    holds(batch => ({...batch, negatives: batch.negatives.toReversed(), labels: batch.labels.map(c => 7 - 3 * c)}));
  });

  if (form.traits.viewSwapInvariant) {
    test('when the views are swapped', () => {
      holds(batch => ({...batch, z1: batch.z2, z2: batch.z1}));
    });
  }

  if (!form.cosine) return;
  test('when rows are scaled', () => {
    holds((batch, by) => ({
      ...batch,
      z1: batch.z1.map((z, i) => z.map(x => x * (1 + ((by + i) % 5)))),
      z2: batch.z2.map(z => z.map(x => (x * by) / 100)),
    }));
  });

  test('when the space is turned', () => {
    holds((batch, by) => ({
      ...batch,
      z1: turned(batch.z1, by),
      z2: turned(batch.z2, by),
      negatives: turned(batch.negatives, by),
    }));
  });
});

describe('known values, at any temperature', () => {
  const anyTemperature = fc.double({min: 0.01, max: 10, noNaN: true});
  const known = (
    f: (z: number[][], temperature: number, labels: number[]) => [actual: number, expected: number],
  ): void => {
    fc.assert(
      fc.property(fc.integer({min: 2, max: 9}), row(4), anyTemperature, (n, z, temperature) => {
        const [actual, expected] = f(
          Array.from({length: n}, () => z),
          temperature,
          Array.from({length: n}, (_, i) => i % 3),
        );
        // at temperature 0.01 a similarity of 1 is 100, rounded to 1e-5
        expect(actual).toBeAllclose(expected, {atol: 3e-5, rtol: 1e-5});
      }),
      runs,
    );
  };

  test.each([undefined, 4])('identical rows have ln(2n − 1) by NT-Xent, block size %s', blockSize => {
    known((z, temperature) => [evaluate(ntXent({temperature, blockSize}), {z1: z, z2: z}), Math.log(2 * z.length - 1)]);
  });

  test.each([undefined, 4])('a queue that equals the key has ln(k + 1) by InfoNCE, block size %s', blockSize => {
    known((z, temperature) => [
      evaluate(infoNCE({temperature, blockSize}), {z1: z, z2: z, negatives: unit([...z, ...z])}),
      Math.log(2 * z.length + 1),
    ]);
  });

  test('identical rows have ln(2n − 2) by DCL and DCLW', () => {
    known((z, temperature) => [evaluate(decoupled({temperature}), {z1: z, z2: z}), Math.log(2 * z.length - 2)]);
    known((z, temperature) => [
      evaluate(decoupled({temperature, weighting: {}}), {z1: z, z2: z}),
      Math.log(2 * z.length - 2),
    ]);
  });

  test('identical rows have ln(2n − 1) by SupCon, whatever the labels', () => {
    known((z, temperature, labels) => [
      evaluate(supCon({temperature}), {z1: z, z2: z, labels}),
      Math.log(2 * z.length - 1),
    ]);
  });
});

describe('one loss as another', () => {
  const equal = (f: (batch: Required<Batch>, temperature: number) => [number, number]): void => {
    fc.assert(
      fc.property(batches, temperatures, (batch, temperature) => {
        const [a, b] = f(batch, temperature);
        expect(a).toBeAllclose(b, reordered);
      }),
      runs,
    );
  };

  test('SupCon with each image a class of its own is NT-Xent', () => {
    equal(({z1, z2}, temperature) => [
      evaluate(supCon({temperature}), {z1, z2, labels: z1.map((_, i) => i)}),
      evaluate(ntXent({temperature}), {z1, z2}),
    ]);
  });

  test('DCLW with a large sigma is DCL', () => {
    equal(({z1, z2}, temperature) => [
      evaluate(decoupled({temperature, weighting: {sigma: 1e6}}), {z1, z2}),
      evaluate(decoupled({temperature}), {z1, z2}),
    ]);
  });
});
