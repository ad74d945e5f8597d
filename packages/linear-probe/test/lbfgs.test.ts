import {describe, expect, test} from 'vitest';
import {lbfgs, type Objective} from '../src/logistic/lbfgs.js';

describe('lbfgs', () => {
  test("finds the minimum of Rosenbrock's valley", async () => {
    const rosenbrock: Objective = ([x, y]) =>
      Promise.resolve({
        value: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
        gradient: Float64Array.of(-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)),
      });
    const {x, converged, iterations} = await lbfgs(rosenbrock, Float64Array.of(-1.2, 1), {
      tolerance: 1e-9,
      maxIterations: 100,
    });
    expect(converged).toBe(true);
    expect(iterations).toBeLessThan(60);
    expect(x).toBeAllclose([1, 1], {atol: 1e-8, rtol: 0});
  });

  test('solves an ill-conditioned quadratic', async () => {
    const scale = Float64Array.from({length: 30}, (_, i) => 10 ** (i / 10));
    const quadratic: Objective = x =>
      Promise.resolve({
        value: x.reduce((sum, v, i) => sum + 0.5 * scale[i] * (v - i) ** 2, 0),
        gradient: x.map((v, i) => scale[i] * (v - i)),
      });
    const {x, converged} = await lbfgs(quadratic, new Float64Array(30), {tolerance: 1e-8, maxIterations: 300});
    expect(converged).toBe(true);
    expect(x).toBeAllclose(Array.from(scale.keys()), {atol: 1e-7, rtol: 0});
  });

  test('stops where it started when that is the minimum, and after maxIterations', async () => {
    const square: Objective = x => Promise.resolve({value: x[0] ** 4, gradient: x.map(v => 4 * v ** 3)});
    expect(await lbfgs(square, Float64Array.of(0), {tolerance: 1e-6, maxIterations: 10})).toMatchObject({
      iterations: 0,
      converged: true,
    });
    expect(await lbfgs(square, Float64Array.of(9), {tolerance: 1e-12, maxIterations: 2})).toMatchObject({
      iterations: 2,
      converged: false,
    });
  });

  test('ends without a step when the gradient points the wrong way', async () => {
    const wrong: Objective = x => Promise.resolve({value: x[0], gradient: Float64Array.of(-1)});
    expect(await lbfgs(wrong, Float64Array.of(1), {tolerance: 1e-6, maxIterations: 10})).toMatchObject({
      iterations: 0,
      converged: false,
    });
  });
});
