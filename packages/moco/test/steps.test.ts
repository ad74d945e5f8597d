import * as tf from '@tensorflow/tfjs-core';
import {infoNCE} from '@contrastive/losses';
import {sgd, type Parameters} from '@contrastive/optim';
import {mocoV2Head} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {formulaViews, golden, unpackedByName} from '@contrastive/testing';
import {train, type Views} from '@contrastive/train';
import {afterAll, describe, expect, test} from 'vitest';
import {moco} from '../src/index.js';

/** A step in single precision against PyTorch in double, relative to the largest number of each tensor. */
const FLOAT32 = 1e-4;

/**
 * Ten single steps by `scripts/golden/steps.py`; `states[i]` is PyTorch's state before step i, all numbers in the order
 * of `shapes`.
 */
const steps = golden(import.meta.url, 'steps') as {
  readonly images: [number, number, number, number];
  readonly depths: number[];
  readonly width: number;
  readonly outputs: number;
  readonly temperature: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly splits: number;
  readonly queueSize: number;
  readonly keyMomentum: number;
  readonly seed: number;
  /** Of the queue, before each step. */
  readonly positions: number[];
  readonly rates: number[];
  readonly shapes: Record<string, number[]>;
  readonly parameters: string[];
  readonly losses: number[];
  readonly states: string[];
  readonly gradients: string[];
};
const {
  images,
  depths,
  width,
  outputs,
  temperature,
  momentum,
  weightDecay,
  splits,
  queueSize,
  keyMomentum,
  seed,
  positions,
  rates,
  shapes,
} = steps;
const trained = Object.fromEntries(steps.parameters.map(parameter => [parameter, shapes[parameter]]));

const views = (step: number): Views => ({
  ...formulaViews(`step ${step}`, images),
  indices: Int32Array.from({length: images[0]}, (_, i) => i),
});

async function* once(step: number): AsyncGenerator<Views, void, undefined> {
  yield await Promise.resolve(views(step));
}

function expectClose(actual: tf.Tensor, expected: Float32Array, name: string): void {
  expect(actual, name).toBeAllclose(expected, {rtol: FLOAT32, atol: FLOAT32 * Math.max(...expected.map(Math.abs))});
}

describe('MoCo v2 with split BatchNorm and SGD', () => {
  const encoder = resnet({depths, width, stem: 'cifar', inputShape: [images[1], images[2], images[3]]});
  const head = mocoV2Head(Number(encoder.outputShape[1]), {outputDim: outputs});
  const method = moco({encoder, head, loss: infoNCE({temperature}), queueSize, keyMomentum, splits});
  const optimizer = sgd(method.parameters, {momentum, weightDecay});
  const {'queue/position': position, ...others} = method.state();
  const live = {...others, ...optimizer.state()};

  /** Puts everything into PyTorch's state before a step. */
  async function restore(step: number): Promise<void> {
    const state = unpackedByName(steps.states[step], shapes);
    const pick = (owned: Parameters): Record<string, tf.Tensor> =>
      Object.fromEntries(Object.keys(owned).map(name => [name, tf.tensor(state[name], shapes[name])]));
    const saved = {...pick(others), 'queue/position': tf.scalar(positions[step], 'int32')};
    const slots = pick(optimizer.state());
    await method.restore(saved);
    await optimizer.restore(slots);
    tf.dispose([saved, slots]);
  }

  afterAll(() => {
    for (const owner of [optimizer, method, encoder, head]) owner.dispose();
  });

  test('trains what PyTorch trains', () => {
    expect(Object.keys(method.parameters).sort()).toEqual([...steps.parameters].sort());
    expect(Object.keys(live).sort()).toEqual(Object.keys(shapes).sort());
  });

  test('the queue wraps within a batch', () => {
    expect(positions.some((start, step) => step < rates.length && start + images[0] > queueSize)).toBe(true);
  });

  test.each(rates.map((_, step) => step))('step %i from the state of PyTorch', async step => {
    await restore(step);
    tf.tidy(() => {
      const batch = views(step);
      const targets = method.targets(batch, {step, seed});
      const loss = (): tf.Scalar => method.loss(method.project(batch, {updateStatistics: false}), targets);
      const {grads} = tf.variableGrads(loss, Object.values(method.parameters));
      for (const [name, gradient] of Object.entries(unpackedByName(steps.gradients[step], trained))) {
        expectClose(grads[method.parameters[name].name], gradient, name);
      }
    });
    await restore(step); // the keys of `targets` moved the running statistics of their networks
    const options = {
      method,
      optimizer,
      learningRate: (at: number) => rates[at],
      seed,
      startStep: step,
      steps: step + 1,
    };
    for await (const record of train({...options, views: once(step)}))
      expect(record.loss).toBeAllclose(steps.losses[step], {rtol: FLOAT32, atol: 0});
    for (const [name, after] of Object.entries(unpackedByName(steps.states[step + 1], shapes)))
      expectClose(live[name], after, name);
    expect(position.dataSync()[0]).toBe(positions[step + 1]);
  });
});
