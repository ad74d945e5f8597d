import * as tf from '@tensorflow/tfjs-core';
import {ntXent} from '@contrastive/losses';
import {lars, sgd, type Optimizer, type Parameters} from '@contrastive/optim';
import {simclrHead} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {formulaViews, golden, unpackedByName} from '@contrastive/testing';
import {train, type Views} from '@contrastive/train';
import {afterAll, describe, expect, test} from 'vitest';
import {simclr} from '../src/index.js';

/** A step in single precision against PyTorch in double, relative to the largest number of each tensor. */
const FLOAT32 = 1e-4;

/** Ten single steps; `states[i]` is PyTorch's state before step i, all numbers in the order of `shapes`. */
interface Steps {
  readonly images: [number, number, number, number];
  readonly depths: number[];
  readonly width: number;
  readonly outputs: number;
  readonly temperature: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly trustCoefficient?: number;
  readonly rates: number[];
  readonly shapes: Record<string, number[]>;
  readonly parameters: string[];
  readonly losses: number[];
  readonly states: string[];
  readonly gradients: string[];
}

function expectClose(actual: tf.Tensor, expected: Float32Array, name: string): void {
  expect(actual, name).toBeAllclose(expected, {rtol: FLOAT32, atol: FLOAT32 * Math.max(...expected.map(Math.abs))});
}

const isKernel = (name: string): boolean => name.endsWith('/kernel');

describe.each<[string, (parameters: Parameters, options: Steps) => Optimizer]>([
  ['sgd', (parameters, {momentum, weightDecay}) => sgd(parameters, {momentum, weightDecay, decays: isKernel})],
  [
    'lars',
    (parameters, {momentum, weightDecay, trustCoefficient}) =>
      lars(parameters, {momentum, weightDecay, trustCoefficient, form: 'official'}),
  ],
])('SimCLR with %s', (name, make) => {
  const steps = golden(import.meta.url, `steps-${name}`) as Steps;
  const {images, depths, width, outputs, temperature, shapes, rates} = steps;
  const encoder = resnet({depths, width, stem: 'cifar', inputShape: [images[1], images[2], images[3]]});
  const head = simclrHead(Number(encoder.outputShape[1]), {outputDim: outputs});
  const method = simclr({encoder, head, loss: ntXent({temperature})});
  const trained = Object.fromEntries(steps.parameters.map(parameter => [parameter, shapes[parameter]]));
  const optimizer = make(method.parameters, steps);
  const live = {...method.state(), ...optimizer.state()};

  const views = (step: number): Views => ({
    ...formulaViews(`step ${step}`, images),
    indices: Int32Array.from({length: images[0]}, (_, i) => i),
  });
  async function* once(step: number): AsyncGenerator<Views, void, undefined> {
    yield await Promise.resolve(views(step));
  }
  async function restore(state: Record<string, Float32Array>): Promise<void> {
    const pick = (owned: Parameters): Record<string, tf.Tensor> =>
      Object.fromEntries(Object.keys(owned).map(key => [key, tf.tensor(state[key], shapes[key])]));
    for (const owner of [method, optimizer]) {
      const saved = pick(owner.state());
      await owner.restore(saved);
      tf.dispose(saved);
    }
  }

  afterAll(() => {
    for (const owner of [optimizer, method, encoder, head]) owner.dispose();
  });

  test('trains what PyTorch trains', () => {
    expect(Object.keys(method.parameters).sort()).toEqual([...steps.parameters].sort());
    expect(Object.keys(live).sort()).toEqual(Object.keys(shapes).sort());
  });

  test.each(rates.map((_, step) => step))('step %i from the state of PyTorch', async step => {
    await restore(unpackedByName(steps.states[step], shapes));
    tf.tidy(() => {
      const batch = views(step);
      const loss = (): tf.Scalar => method.loss(method.project(batch, {updateStatistics: false}), {});
      const {grads} = tf.variableGrads(loss, Object.values(method.parameters));
      for (const [parameter, gradient] of Object.entries(unpackedByName(steps.gradients[step], trained))) {
        expectClose(grads[method.parameters[parameter].name], gradient, parameter);
      }
    });
    for await (const record of train({
      method,
      optimizer,
      views: once(step),
      learningRate: at => rates[at],
      startStep: step,
      steps: step + 1,
    })) {
      expect(record.loss).toBeAllclose(steps.losses[step], {rtol: FLOAT32, atol: 0});
    }
    for (const [key, after] of Object.entries(unpackedByName(steps.states[step + 1], shapes)))
      expectClose(live[key], after, key);
  });
});
