import * as tf from '@tensorflow/tfjs-core';
import {infoNCE} from '@contrastive/losses';
import {sgd} from '@contrastive/optim';
import {formula, unpacked} from '@contrastive/testing';
import {train, type StepRecord} from '@contrastive/train';
import {describe, expect, test} from 'vitest';
import {moco, type MoCo} from '../src/index.js';
import {permutation} from '../src/permutation.js';
import {batches, expected, makeEncoder, makeHead, views, type GoldenCase, type GoldenStep} from './tiny.js';

/**
 * A few steps in float32 against float64, relative to the largest number of each weight; gradients are differences of
 * numbers near 0.1.
 */
const float32 = 1e-5;

function expectClose(actual: tf.Tensor, packed: string, what: string): void {
  const values = unpacked(packed);
  expect(actual, what).toBeAllclose(values, {rtol: float32, atol: float32 * Math.max(0.1, ...values.map(Math.abs))});
}

function expectAllClose(
  actual: Readonly<Record<string, tf.Tensor>>,
  wanted: Record<string, string>,
  prefix = '',
): void {
  for (const [name, packed] of Object.entries(wanted)) expectClose(actual[prefix + name], packed, prefix + name);
}

async function setUp({
  queueSize,
  momentum,
  temperature,
  symmetric,
  splits,
}: GoldenCase): Promise<{method: MoCo; free: () => void}> {
  const [encoder, head] = [makeEncoder(), makeHead()];
  const loss = infoNCE({temperature});
  const method = moco({encoder, head, loss, queueSize, keyMomentum: momentum, symmetric, splits});
  const unit = tf.tidy(() => {
    const rows = tf.tensor2d(formula('queue', queueSize * expected.dim), [queueSize, expected.dim]);
    return tf.div(rows, tf.sqrt(tf.sum(tf.square(rows), 1, true)));
  });
  await method.restore({...method.state(), 'queue/rows': unit});
  unit.dispose();
  const free = (): void => {
    method.dispose();
    encoder.dispose();
    head.dispose();
  };
  return {method, free};
}

/** What is left by the step: query weights after the optimiser, statistics, queue. */
function expectState(method: MoCo, step: GoldenStep): void {
  const state = method.state();
  expectAllClose(state, step.query);
  expectAllClose(state, step.keyStatistics, 'key/');
  expectClose(state['queue/rows'], step.queue, 'queue/rows');
  expect(state['queue/position'].dataSync()[0]).toBe(step.position);
}

describe.each(expected.cases)('$name equals PyTorch', golden => {
  const {n, splits, symmetric, learningRate, sgdMomentum, weightDecay, steps} = golden;
  const {seed} = expected;

  test('step by step: key weights, loss, gradients, weights, statistics, queue', async () => {
    const {method, free} = await setUp(golden);
    const optimizer = sgd(method.parameters, {momentum: sgdMomentum, weightDecay});
    const variables = Object.entries(method.parameters);
    steps.forEach((wanted, step) => {
      tf.tidy(() => {
        const batch = views(step, n);
        expectAllClose(method.state(), wanted.key, 'key/');
        const targets = method.targets(batch, {step, seed});
        const {value, grads} = tf.variableGrads(
          () => method.loss(method.project(batch), targets),
          variables.map(([, variable]) => variable),
        );
        const gradients = Object.fromEntries(variables.map(([name, variable]) => [name, grads[variable.name]]));
        expect(value).toBeAllclose(wanted.loss, {rtol: float32});
        expectAllClose(gradients, wanted.gradients);
        optimizer.apply(gradients, learningRate);
        method.update(targets, {step, seed});
        expectState(method, wanted);
      });
    });
    optimizer.dispose();
    free();
  });

  test('in the loop, with metrics', async () => {
    const {method, free} = await setUp(golden);
    const optimizer = sgd(method.parameters, {momentum: sgdMomentum, weightDecay});
    const records: StepRecord[] = [];
    const run = {
      method,
      optimizer,
      views: batches(0, steps.length, n),
      learningRate,
      steps: steps.length,
      seed,
      metricsEvery: 1,
    };
    for await (const record of train(run)) records.push(record);
    expect(records.map(({loss}) => loss)).toBeAllclose(
      steps.map(({loss}) => loss),
      {rtol: float32},
    );
    const metric = (name: string): number[] => records.map(({metrics}) => metrics?.[name] ?? NaN);
    expect(metric('contrastiveAccuracy')).toBeAllclose(
      steps.map(({accuracy: [top1]}) => top1),
      {rtol: 1e-6},
    );
    expect(metric('contrastiveTop5Accuracy')).toBeAllclose(
      steps.map(({accuracy: [, top5]}) => top5),
      {rtol: 1e-6},
    );
    // a difference of near numbers
    expect(metric('embeddingSpread')).toBeAllclose(
      steps.map(({spread}) => spread),
      {rtol: 1e-4},
    );
    expectState(method, steps[steps.length - 1]);
    optimizer.dispose();
    free();
  });

  test('the keys are shuffled as there', () => {
    steps.forEach(({orders}, step) => {
      for (const view of symmetric ? ([1, 2] as const) : ([2] as const)) {
        const order = splits > 1 ? Array.from(permutation(n, seed, step, view)) : Array.from({length: n}, (_, i) => i);
        expect(order).toEqual(orders[view]);
      }
    });
  });
});
