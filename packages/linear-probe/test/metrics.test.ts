import {fc, golden} from '@contrastive/testing';
import {describe, expect, test} from 'vitest';
import {
  accuracy,
  averagePrecision,
  bootstrapInterval,
  confusionMatrix,
  meanAveragePrecision,
  meanPerClassAccuracy,
  perClassAveragePrecision,
  permutationTest,
  topKAccuracy,
  wilsonInterval,
  type AveragePrecisionForm,
} from '@contrastive/linear-probe';
import {normalQuantile} from '../src/metrics/normal-quantile.js';

type Forms = Readonly<Record<AveragePrecisionForm, number>>;

interface Golden {
  readonly precisions: {scores: number[]; relevant: number[]; difficult?: number[]; expected: Forms}[];
  readonly severalClasses: {
    readonly classCount: number;
    readonly scores: number[];
    readonly relevant: number[];
    readonly difficult: number[];
    readonly perClass: Forms[];
    readonly mean: Forms;
  };
  readonly classification: {
    readonly labels: number[];
    readonly scores: number[];
    readonly topK: {k: number; accuracy: number}[];
    readonly predictions: number[];
    readonly balanced: number;
    readonly confusion: number[];
    readonly others: number[];
    readonly confusionOfOthers: number[];
    readonly confusionClasses: number[];
  };
  readonly intervals: {
    readonly wilson: {right: number; rows: number; level: number; low: number; high: number}[];
    readonly quantiles: {p: number; value: number}[];
  };
  readonly resampling: {labels: number[]; predictions: number[]; level: number; low: number; high: number};
  readonly exchanges: {
    readonly small: {
      readonly labels: number[];
      readonly first: number[];
      readonly second: number[];
      readonly discordant: number;
      readonly expected: Record<'accuracy' | 'mean-per-class', {difference: number; pValue: number}>;
    }[];
    readonly large: {first: number[]; second: number[]; discordant: number; pValue: number};
  };
}

const values = golden(import.meta.url, 'metrics') as Golden;
const {classification, severalClasses, intervals, resampling, exchanges} = values;
const forms = ['11-point', 'area', 'step'] as const;
/** Sums of a few fractions in double precision. */
const double = {atol: 1e-12, rtol: 1e-12};
const ints = (list: readonly number[]) => Int32Array.from(list);
const labels = ints(classification.labels);
const predictions = ints(classification.predictions);

describe('topKAccuracy', () => {
  const {scores} = classification;

  test.each(classification.topK)("equals scikit-learn's at $k", ({k, accuracy: expected}) => {
    expect(topKAccuracy(scores, labels, {k})).toBeAllclose(expected, double);
    const classes = Int32Array.of(10, 20, 30, 40, 50);
    const named = labels.map(label => classes[label]);
    expect(topKAccuracy(Float32Array.from(scores), named, {k, classes})).toBeAllclose(expected, double);
  });

  test('is accuracy at 1, also among equal scores, and 1 at all classes', () => {
    expect(topKAccuracy(scores, labels, {k: 1})).toBe(accuracy(predictions, labels));
    expect(topKAccuracy(scores, labels, {k: 5})).toBe(1);
    const [tied, first] = [[1, 1, 0, 1, 1, 0], Int32Array.of(0, 0)];
    expect(topKAccuracy(tied, first, {k: 1})).toBe(1);
    expect(topKAccuracy(tied, Int32Array.of(1, 1), {k: 1})).toBe(0);
    expect(topKAccuracy(tied, Int32Array.of(1, 1), {k: 2})).toBe(1);
  });

  test('counts a class that training lacked as wrong, and refuses one that no column can be', () => {
    const scores = [3, 1, 2, 1, 3, 2];
    expect(topKAccuracy(scores, Int32Array.of(7, 8), {k: 3, classes: Int32Array.of(7, 9, 11)})).toBe(0.5);
    expect(() => topKAccuracy(scores, Int32Array.of(0, 3), {k: 1})).toThrow(
      'topKAccuracy: expected columns of the scores, 0 to 2, as labels, got 3 at position 1; give {classes}, the ' +
        'class of each column.',
    );
    expect(() => topKAccuracy(scores, Int32Array.of(0, -1), {k: 1})).toThrow(/got -1 at position 1/);
  });

  test('says what is wrong', () => {
    const two = Int32Array.of(0, 1);
    expect(() => topKAccuracy([1, NaN, 2, 3], two, {k: 1})).toThrow(
      'topKAccuracy: expected finite numbers as scores, got NaN at position 1.',
    );
    expect(() => topKAccuracy([1, 2, 3], two, {k: 1})).toThrow(/scores \[2, classes\], .* got 3/);
    expect(() => topKAccuracy([1, 2, 3], two, {k: 1, classes: two})).toThrow(/scores \[2, 2\] as scores, got 3/);
    expect(() => topKAccuracy([], Int32Array.of(), {k: 1})).toThrow(/at least one of both, as scores, got 0/);
    expect(() => topKAccuracy([1, 2, 3, 4], two, {k: 3})).toThrow(/an integer from 1 to 2 as k, got 3/);
    expect(() => topKAccuracy([1, 2, 3, 4], two, {k: 0})).toThrow(/as k, got 0/);
  });
});

describe('confusionMatrix', () => {
  test("equals scikit-learn's, classes that one side lacks too", () => {
    expect(Array.from(confusionMatrix(predictions, labels).counts)).toEqual(classification.confusion);
    const {classes, counts} = confusionMatrix(ints(classification.others), labels);
    expect(Array.from(classes)).toEqual(classification.confusionClasses);
    expect(Array.from(counts)).toEqual(classification.confusionOfOthers);
    expect(meanPerClassAccuracy(predictions, labels)).toBeAllclose(classification.balanced, double);
  });

  test('keeps to the classes that are given, and to their order', () => {
    const {classes, counts} = confusionMatrix(Int32Array.of(1, 2, 2), Int32Array.of(1, 1, 2), {
      classes: Int32Array.of(2, 1, 5),
    });
    expect(Array.from(classes)).toEqual([2, 1, 5]);
    expect(Array.from(counts)).toEqual([1, 0, 0, 1, 1, 0, 0, 0, 0]);
    expect(() => confusionMatrix(Int32Array.of(1, 3), Int32Array.of(1, 1), {classes: Int32Array.of(1, 2)})).toThrow(
      'confusionMatrix: expected classes among [1, 2] as predictions, got 3 at position 1; add it to classes.',
    );
    expect(() => confusionMatrix(Int32Array.of(1), Int32Array.of(1, 2))).toThrow(/got 1 and 2/);
  });
});

describe('averagePrecision', () => {
  test.each(values.precisions)("is VOC's and scikit-learn's in its three forms", ({scores, relevant, ...rest}) => {
    const {expected, ...difficult} = rest;
    for (const form of forms) {
      expect(averagePrecision(scores, relevant, {form, ...difficult}), form).toBeAllclose(expected[form], double);
    }
  });

  test('of the reference ranking, three different numbers', () => {
    const [scores, relevant] = [
      [0.9, 0.8, 0.7, 0.6, 0.55, 0.5, 0.4, 0.3],
      [1, 0, 1, 1, 0, 0, 1, 0],
    ];
    const found = forms.map(form => averagePrecision(scores, relevant, {form}));
    expect(found).toBeAllclose([0.76948052, 0.76785714, 0.74702381], {atol: 1e-8, rtol: 0});
  });

  test('a recall that is exactly one of the points reaches it', () => {
    // Three of ten relevant rows come first; recall 0.3 has precision 1, higher ones 10 / 20.
    const relevant = [1, 1, 1, ...new Array<number>(10).fill(0), 1, 1, 1, 1, 1, 1, 1];
    const scores = relevant.map((_, i) => -i);
    expect(averagePrecision(scores, relevant, {form: '11-point'})).toBeAllclose((4 * 1 + 7 * 0.5) / 11, double);
  });

  test('does not depend on the order of the rows, also among equal scores', () => {
    const row = fc.tuple(fc.integer({min: 0, max: 3}), fc.integer({min: 0, max: 1}));
    fc.assert(
      fc.property(fc.array(row, {minLength: 1, maxLength: 20}), fc.constantFrom(...forms), (rows, form) => {
        const all = [...rows, [2, 1]];
        const of = (list: number[][]) =>
          averagePrecision(
            list.map(([score]) => score),
            list.map(([, mark]) => mark),
            {form},
          );
        expect(of(all.toReversed())).toBe(of(all));
      }),
    );
    // One threshold for all: as many are found as there are.
    for (const form of forms) expect(averagePrecision([5, 5, 5, 5], [1, 0, 0, 0], {form})).toBe(0.25);
  });

  test('is 1 where the relevant rows come first, and the scores stay as they are', () => {
    const scores = [1, 9, 3, 8];
    for (const form of forms) expect(averagePrecision(scores, [0, 1, 0, 1], {form})).toBe(1);
    expect(scores).toEqual([1, 9, 3, 8]);
  });

  test('says what is wrong', () => {
    const form = 'area';
    expect(() => averagePrecision([1, 2], [0, 0], {form})).toThrow(
      /expected at least one as the number of relevant rows, got 0; leave the class out/,
    );
    expect(() => averagePrecision([1, 2], [1, 0], {form, difficult: [1, 0]})).toThrow(/at least one .* got 0/);
    expect(() => averagePrecision([1, 2], [1, -1], {form})).toThrow(
      /expected 0 or 1 as relevant, got -1 at position 1/,
    );
    expect(() => averagePrecision([1, 2], [1], {form})).toThrow(/2 marks, one a score, as relevant, got 1/);
    expect(() => averagePrecision([1, 2], [1, 0], {form, difficult: [1]})).toThrow(/as difficult, got 1/);
    expect(() => averagePrecision([1, Infinity], [1, 0], {form})).toThrow(/finite .* got Infinity at position 1/);
    expect(() => averagePrecision([1], [1], {} as never)).toThrow(/'11-point', 'area' or 'step' as form/);
  });
});

describe('meanAveragePrecision', () => {
  const {scores, classCount, perClass, mean} = severalClasses;
  const marks = {
    classCount,
    relevant: Uint8Array.from(severalClasses.relevant),
    difficult: Uint8Array.from(severalClasses.difficult),
  };

  test.each(forms)('is the mean over the classes that have a relevant row: %s', form => {
    const found = perClassAveragePrecision(scores, marks, {form});
    expect(found.map(({label}) => label)).toEqual([0, 1, 2]);
    expect(found.map(({averagePrecision}) => averagePrecision)).toBeAllclose(
      perClass.map(one => one[form]),
      double,
    );
    expect(meanAveragePrecision(Float64Array.from(scores), marks, {form})).toBeAllclose(mean[form], double);
  });

  test('says what is wrong', () => {
    const relevant = Uint8Array.of(1, 0, 0, 1);
    const options = {form: 'area'} as const;
    expect(() => meanAveragePrecision([1, 2, 3], {relevant, classCount: 2}, options)).toThrow(
      /scores \[2, 2\], as the labels, as scores, got 3/,
    );
    expect(() => meanAveragePrecision([1, 2, 3, 4], {relevant, classCount: 3}, options)).toThrow(
      /marks \[rows, 3\], at least one row, as labels.relevant, got 4/,
    );
    expect(() => meanAveragePrecision([1, 2], {relevant: Uint8Array.of(0, 0), classCount: 2}, options)).toThrow(
      /a relevant row of some class as labels.relevant, got none/,
    );
    expect(() => meanAveragePrecision([1, NaN], {relevant: Uint8Array.of(0, 1), classCount: 2}, options)).toThrow(
      /got NaN at position 1/,
    );
    expect(() => meanAveragePrecision([1, 2], {relevant: Uint8Array.of(0, 2), classCount: 2}, options)).toThrow(
      /0 or 1 as labels.relevant, got 2 at position 1/,
    );
  });
});

describe('wilsonInterval', () => {
  test.each(intervals.wilson)("equals scipy's for $right of $rows at $level", ({right, rows, level, low, high}) => {
    const found = wilsonInterval(right, rows, {level});
    expect(found).toMatchObject({kind: 'wilson', level});
    expect([found.low, found.high]).toBeAllclose([low, high], double);
  });

  test('takes 0.95 by default, and says what is wrong', () => {
    expect(wilsonInterval(3, 10)).toEqual(wilsonInterval(3, 10, {level: 0.95}));
    expect(() => wilsonInterval(11, 10)).toThrow(/an integer from 0 to 10 as right, got 11/);
    expect(() => wilsonInterval(0.5, 10)).toThrow(/as right, got 0.5/);
    expect(() => wilsonInterval(0, 0)).toThrow(/an integer from 1 on as rows, got 0/);
    expect(() => wilsonInterval(1, 2, {level: 1})).toThrow(/above 0 and below 1 as level, got 1/);
  });

  test("its quantiles of the normal distribution are scipy's", () => {
    for (const {p, value} of intervals.quantiles) expect(normalQuantile(p)).toBeAllclose(value, {atol: 0, rtol: 1e-13});
  });
});

describe('bootstrapInterval', () => {
  const given = {labels: ints(resampling.labels), predictions: ints(resampling.predictions)};
  const measure = (rows: Int32Array) =>
    meanPerClassAccuracy(
      rows.map(i => given.predictions[i]),
      rows.map(i => given.labels[i]),
    );
  const {level} = resampling;
  /** Two draws of thousands of samples differ by this in their percentiles. */
  const drawing = {atol: 0.006, rtol: 0};

  test("is scipy's percentile interval but for the draw, and the same for the same seed", async () => {
    const found = await bootstrapInterval(200, measure, {seed: 1, samples: 5000, level});
    expect([found.low, found.high]).toBeAllclose([resampling.low, resampling.high], drawing);
    const all = Int32Array.from({length: 200}, (_, i) => i);
    expect(found).toMatchObject({kind: 'bootstrap-percentile', level, samples: 5000, value: measure(all)});
    const again = await bootstrapInterval(200, measure, {seed: 2, samples: 50});
    expect(await bootstrapInterval(200, measure, {seed: 2, samples: 50})).toEqual(again);
    expect(await bootstrapInterval(200, measure, {seed: 3, samples: 50})).not.toEqual(again);
  });

  test('takes percentiles as numpy does', async () => {
    // The metric counts its calls: 0 for the rows as they are, then 1 to 5, whose quarters are at 2 and 4.
    let calls = -1;
    const found = await bootstrapInterval(3, () => ++calls, {seed: 1, samples: 5, level: 0.5});
    expect(found).toMatchObject({low: 2, high: 4, value: 0});
  });

  test('says what is wrong, and passes errors of the measure on', async () => {
    await expect(bootstrapInterval(0, measure, {seed: 1})).rejects.toThrow(/from 1 to 2147483647 as rows, got 0/);
    await expect(bootstrapInterval(3, () => NaN, {seed: 1})).rejects.toThrow(/a finite number as the result of metric/);
    await expect(bootstrapInterval(3, measure, {} as never)).rejects.toThrow(/an integer as seed, got undefined/);
    const broken = () => {
      throw new Error('not measured');
    };
    await expect(bootstrapInterval(3, broken, {seed: 1})).rejects.toThrow('not measured');
  });
});

describe('permutationTest', () => {
  test.each(exchanges.small)('looks at all exchanges of $discordant rows, as scipy', ({expected, ...given}) => {
    const sides = [ints(given.first), ints(given.second), ints(given.labels)] as const;
    for (const of of ['accuracy', 'mean-per-class'] as const) {
      const found = permutationTest(...sides, {seed: 1, of});
      expect(found).toMatchObject({
        kind: 'exact-permutation',
        discordant: given.discordant,
        samples: 2 ** given.discordant,
      });
      expect([found.difference, found.pValue]).toBeAllclose([expected[of].difference, expected[of].pValue], double);
      const drawn = permutationTest(...sides, {seed: 1, of, samples: 2 ** given.discordant - 1});
      expect(drawn.kind).toBe('sampled-permutation');
    }
  });

  test('a difference of 0 but for rounding is no difference', () => {
    // Classes of 2, 4 and 4 rows: the first is ahead by 2 in one, the second by 3 and by 1 in the others.
    const labels = ints([0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
    const [first, second] = [ints([0, 0, 9, 9, 9, 1, 9, 2, 2, 2]), ints([9, 9, 1, 1, 1, 1, 2, 2, 2, 2])];
    const found = permutationTest(first, second, labels, {seed: 1, of: 'mean-per-class'});
    expect(Math.abs(found.difference)).toBeLessThan(1e-15);
    expect(found).toMatchObject({kind: 'exact-permutation', pValue: 1});
  });

  test('approaches the exact test of McNemar, in one draw for a seed', () => {
    const {first, second, pValue, discordant} = exchanges.large;
    const sides = [ints(first), ints(second), new Int32Array(first.length)] as const;
    const found = permutationTest(...sides, {seed: 1});
    expect(found).toMatchObject({kind: 'sampled-permutation', discordant, samples: 100_000});
    // Four standard deviations of so many draws.
    const spread = 4 * Math.sqrt((pValue * (1 - pValue)) / 100_000);
    expect(found.pValue).toBeAllclose(pValue, {atol: spread, rtol: 0});
    expect(permutationTest(...sides, {seed: 1})).toEqual(found);
    expect(permutationTest(...sides, {seed: 2}).pValue).not.toBe(found.pValue);
    const [one, other, labels] = sides;
    expect(permutationTest(other, one, labels, {seed: 1}).difference).toBe(-found.difference);
  });

  test('a sample is never nothing: the lowest value is 1 / (samples + 1)', () => {
    const labels = new Int32Array(200);
    const found = permutationTest(
      labels,
      labels.map(() => 1),
      labels,
      {seed: 1, samples: 999},
    );
    expect(found).toMatchObject({difference: 1, pValue: 1 / 1000});
    expect(permutationTest(labels, labels, labels, {seed: 1})).toMatchObject({difference: 0, pValue: 1, discordant: 0});
  });

  test('says what is wrong', () => {
    const two = Int32Array.of(0, 1);
    expect(() => permutationTest(two, Int32Array.of(1), two, {seed: 1})).toThrow(/got 1 and 2/);
    expect(() => permutationTest(two, two, two, {} as never)).toThrow(/an integer as seed, got undefined/);
    expect(() => permutationTest(two, two, two, {seed: 1, of: 'map' as never})).toThrow(/'mean-per-class' as of/);
  });
});
