import {fc} from '@contrastive/testing';
import {describe, expect, test} from 'vitest';
import {cosine, linearScaling, multistep, perEpoch, squareRootScaling, warmupCosine} from '../src/index.js';

/** Schedules are float64, as their oracles are. */
const float64 = {rtol: 1e-12, atol: 1e-15};

test('warmupCosine is the schedule of SimCLR for CIFAR-10, as its code computes it', () => {
  const [images, batch] = [50_000, 512];
  const [steps, warmupSteps] = [Math.floor((images * 1000) / batch) + 1, Math.floor((images * 10) / batch)];
  expect([steps, warmupSteps]).toEqual([97_657, 976]);
  const schedule = warmupCosine({base: linearScaling(1, batch), steps, warmupSteps});
  const at = [0, 1, 488, 975, 976, 50_000, 97_656];
  const expected = [0, 0.0020491803278688526, 1, 1.9979508196721312, 2, 0.977791892432399, 5.279435777438835e-10];
  expect(at.map(schedule)).toBeAllclose(expected, float64);
  expect(schedule(97_657)).toBe(0);
  expect(schedule(200_000)).toBe(0);
});

test('warmupCosine without a warm-up is cosine', () => {
  const options = {base: 0.3, steps: 50};
  const [a, b] = [warmupCosine({...options, warmupSteps: 0}), cosine(options)];
  for (let step = 0; step <= 60; step++) expect(a(step)).toBe(b(step));
});

test('cosine is the schedule of MoCo v2', () => {
  const schedule = cosine({base: 0.03, steps: 200});
  expect([0, 50, 100, 150, 199].map(schedule)).toBeAllclose(
    [0.03, 0.02560660171779821, 0.015, 0.004393398282201788, 1.8505127750911841e-6],
    float64,
  );
});

test('multistep is the schedule of MoCo v1', () => {
  const schedule = multistep({base: 0.03, milestones: [120, 160]});
  expect([0, 119, 120, 159, 160, 500].map(schedule)).toBeAllclose([0.03, 0.03, 0.003, 0.003, 0.0003, 0.0003], float64);
});

test('perEpoch is how MoCo runs its schedules', () => {
  const v2 = perEpoch(cosine({base: 0.03, steps: 200}), 5004);
  expect([0, 5003, 50 * 5004, 100 * 5004 + 1, 200 * 5004 - 1].map(v2)).toBeAllclose(
    [0.03, 0.03, 0.02560660171779821, 0.015, 1.8505127750911841e-6],
    float64,
  );
  const v1 = perEpoch(multistep({base: 0.03, milestones: [120, 160]}), 5004);
  expect([0, 120 * 5004 - 1, 120 * 5004, 160 * 5004 - 1, 160 * 5004].map(v1)).toBeAllclose(
    [0.03, 0.03, 0.003, 0.003, 0.0003],
    float64,
  );
});

describe('whatever the options', () => {
  const base = fc.double({min: 1e-4, max: 10, noNaN: true});
  const lengths = fc.tuple(fc.integer({min: 1, max: 400}), fc.integer({min: 0, max: 100}));
  const upTo = (last: number): number[] => Array.from({length: last + 1}, (_, step) => step);
  /** Rounding, against the base. */
  const EPS = 1e-12;

  test('warmupCosine rises evenly from 0 to the base, then falls to 0 without a jump', () => {
    fc.assert(
      fc.property(base, lengths, (peak, [decaySteps, warmupSteps]) => {
        const steps = warmupSteps + decaySteps;
        const schedule = warmupCosine({base: peak, steps, warmupSteps});
        const rates = upTo(steps + 3).map(schedule);
        if (warmupSteps > 0) expect(rates[0]).toBe(0);
        expect(rates[warmupSteps]).toBe(peak);
        expect(rates.slice(steps)).toEqual([0, 0, 0, 0]);
        rates.forEach((rate, step) => {
          expect(rate).toBeGreaterThanOrEqual(0);
          expect(rate).toBeLessThanOrEqual(peak);
          if (step === 0) return;
          const change = rate - rates[step - 1];
          if (step <= warmupSteps) expect(Math.abs(change - peak / warmupSteps)).toBeLessThan(EPS * peak);
          else expect(change).toBeLessThanOrEqual(0);
          // No step of the cosine is steeper than its middle, π/2 · base / steps.
          if (step > warmupSteps) expect(-change).toBeLessThanOrEqual(((Math.PI / 2) * peak) / decaySteps + EPS * peak);
        });
      }),
      {numRuns: 60, seed: 1},
    );
  });

  test('cosine is half of the base half-way, and symmetric about it', () => {
    fc.assert(
      fc.property(base, fc.integer({min: 1, max: 200}), (peak, half) => {
        const schedule = cosine({base: peak, steps: 2 * half});
        for (const step of upTo(half))
          expect(Math.abs(schedule(step) + schedule(2 * half - step) - peak)).toBeLessThan(EPS * peak);
      }),
      {numRuns: 60, seed: 2},
    );
  });

  test('multistep falls by the factor at each milestone and nowhere else', () => {
    const milestones = fc
      .uniqueArray(fc.integer({min: 1, max: 60}), {maxLength: 5})
      .map(all => all.sort((a, b) => a - b));
    fc.assert(
      fc.property(base, milestones, fc.double({min: 0, max: 1, noNaN: true}), (start, at, factor) => {
        const schedule = multistep({base: start, milestones: at, factor});
        expect(schedule(0)).toBe(start);
        for (const step of upTo(60).slice(1)) {
          const wanted = schedule(step - 1) * (at.includes(step) ? factor : 1);
          expect(Math.abs(schedule(step) - wanted)).toBeLessThanOrEqual(EPS * start);
        }
      }),
      {numRuns: 60, seed: 3},
    );
  });

  test('perEpoch changes only where an epoch begins', () => {
    fc.assert(
      fc.property(base, fc.integer({min: 1, max: 20}), fc.integer({min: 1, max: 20}), (peak, epochs, stepsPerEpoch) => {
        const byEpoch = cosine({base: peak, steps: epochs});
        const schedule = perEpoch(byEpoch, stepsPerEpoch);
        for (const epoch of upTo(epochs)) {
          for (const step of [0, stepsPerEpoch - 1])
            expect(schedule(epoch * stepsPerEpoch + step)).toBe(byEpoch(epoch));
        }
      }),
      {numRuns: 60, seed: 4},
    );
  });
});

test('scaling follows the papers', () => {
  expect(linearScaling(0.3, 4096)).toBeCloseTo(4.8, 12);
  expect([squareRootScaling(0.075, 4096), squareRootScaling(0.075, 256)]).toBeAllclose([4.8, 1.2], float64);
});

type Make = (options: never) => unknown;

test.each<[make: Make, options: unknown, kind: new () => Error, message: string]>([
  [cosine, {base: NaN, steps: 3}, RangeError, 'expected a number from 0 on as base, got NaN.'],
  [cosine, {base: '1', steps: 3}, TypeError, "as base, got '1'."],
  [cosine, {base: 1, steps: 0}, RangeError, 'expected an integer from 1 on as steps, got 0.'],
  [cosine, {base: 1}, TypeError, 'as steps, got undefined.'],
  [cosine, {base: 1, step: 3}, TypeError, 'got step; did you mean steps?'],
  [
    warmupCosine,
    {base: 1, steps: 10, warmupSteps: 0.5},
    RangeError,
    'expected an integer from 0 on as warmupSteps, got 0.5.',
  ],
  [warmupCosine, {base: 1, steps: 10}, TypeError, 'as warmupSteps, got undefined.'],
  [warmupCosine, {base: 1, steps: 10, warmupSteps: 10}, RangeError, 'expected warmupSteps below steps (10), got 10; '],
  [warmupCosine, {base: 1, steps: 10, warmUpStep: 1}, TypeError, 'got warmUpStep; did you mean warmupSteps?'],
  [
    multistep,
    {base: 1, milestones: [5, 5]},
    RangeError,
    'expected a list of increasing integers from 1 on as milestones, got [5, 5].',
  ],
  [multistep, {base: 1, milestones: [0]}, RangeError, 'as milestones, got [0].'],
  [multistep, {base: 1, milestones: 5}, TypeError, 'as milestones, got 5.'],
  [multistep, {base: 1, milestones: [5], factor: -1}, RangeError, 'expected a number from 0 on as factor, got -1.'],
  [multistep, {base: 1, milestones: [5], gamma: 0.1}, TypeError, 'got gamma; leave it out.'],
])('$0.name refuses $1', (make, options, kind, message) => {
  const made = (): unknown => make(options as never);
  expect(made).toThrow(kind);
  expect(made).toThrow(`${make.name}: expected `);
  expect(made).toThrow(message);
});

test.each<[string, () => unknown, new () => Error, string]>([
  ['no schedule', () => perEpoch(0.1 as never, 10), TypeError, 'perEpoch: expected a function as schedule, got 0.1.'],
  [
    'no steps an epoch',
    () => perEpoch(() => 1, 0),
    RangeError,
    'perEpoch: expected an integer from 1 on as stepsPerEpoch, got 0.',
  ],
  [
    'no base',
    () => linearScaling('1' as never, 1),
    TypeError,
    "linearScaling: expected a number from 0 on as base, got '1'.",
  ],
  [
    'an empty batch',
    () => linearScaling(0.3, 0),
    RangeError,
    'linearScaling: expected an integer from 1 on as batch, got 0.',
  ],
  [
    'a negative base',
    () => squareRootScaling(-1, 1),
    RangeError,
    'squareRootScaling: expected a number from 0 on as base, got -1.',
  ],
  [
    'half an image',
    () => squareRootScaling(1, 0.5),
    RangeError,
    'squareRootScaling: expected an integer from 1 on as batch, got 0.5.',
  ],
])('refuses %s', (_, make, kind, message) => {
  expect(make).toThrow(kind);
  expect(make).toThrow(message);
});
