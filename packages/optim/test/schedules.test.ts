import {describe, expect, test} from 'vitest';
import {constant, cosine, linearScaling, multistep, squareRootScaling, warmupCosine} from '../src/index.js';

/** Schedules are float64, as their oracles are. */
const float64 = {rtol: 1e-12, atol: 1e-15};

test('warmupCosine is the schedule of SimCLR for CIFAR-10, as its code computes it', () => {
  const schedule = warmupCosine({base: linearScaling(1, 512), steps: 97_657, warmupSteps: 976});
  const steps = [0, 1, 488, 975, 976, 50_000, 97_656];
  const expected = [0, 0.0020491803278688526, 1, 1.9979508196721312, 2, 0.977791892432399, 5.279435777438835e-10];
  expect(steps.map(schedule)).toBeAllclose(expected, float64);
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

test('constant stays, scaling follows the papers', () => {
  expect(constant(0.1)(12_345)).toBe(0.1);
  expect(linearScaling(0.3, 4096)).toBeCloseTo(4.8, 12);
  expect([squareRootScaling(0.075, 4096), squareRootScaling(0.075, 256)]).toBeAllclose([4.8, 1.2], float64);
});

describe('refuses', () => {
  test.each<[string, () => unknown, string]>([
    ['a negative learning rate', () => constant(-1), 'constant: learningRate must be a finite number from 0 on, got -1'],
    ['NaN', () => cosine({base: NaN, steps: 3}), 'cosine: base must be a finite number from 0 on, got NaN'],
    ['no steps', () => cosine({base: 1, steps: 0}), 'cosine: steps must be an integer from 1 on, got 0'],
    ['half a step', () => warmupCosine({base: 1, steps: 10, warmupSteps: 0.5}), 'warmupSteps must be an integer from 0 on, got 0.5'],
    ['all warm-up', () => warmupCosine({base: 1, steps: 10, warmupSteps: 10}), 'warmupSteps must lie below steps (10), got 10'],
    ['milestones out of order', () => multistep({base: 1, milestones: [5, 5]}), 'milestones[1] must be an integer from 6 on, got 5'],
    ['an empty batch', () => linearScaling(0.3, 0), 'linearScaling: batch must be an integer from 1 on, got 0'],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(RangeError);
    expect(make).toThrow(message);
  });

  test('what is no number', () => {
    expect(() => constant('0.1' as never)).toThrow(TypeError);
  });
});
