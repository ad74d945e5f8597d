import * as tf from '@tensorflow/tfjs-core';
import {ntXent} from '@contrastive/losses';
import {sgd} from '@contrastive/optim';
import {simclrHead} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {formula, formulaViews, golden} from '@contrastive/testing';
import {train, type Views} from '@contrastive/train';
import {expect, test} from 'vitest';
import {simclr} from '../src/index.js';

/**
 * How far a run in single precision may stray from PyTorch's in double: this, or three times as far as PyTorch's own
 * does.
 */
const STRAY = 1e-3;
/** How far the loss must fall for the comparison to mean something. */
const FALL = 0.1;

const settings = golden(import.meta.url, 'trajectory') as {
  readonly images: [number, number, number, number];
  readonly depths: number[];
  readonly width: number;
  readonly outputs: number;
  readonly temperature: number;
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly steps: number;
  /** PyTorch's loss by step. */
  readonly float64: number[];
  /** How far PyTorch's loss in single precision is from that. */
  readonly gaps: number[];
};
const {images, depths, width, outputs, temperature, learningRate, momentum, weightDecay, steps} = settings;
const [n, height, columns, channels] = images;

async function* repeated(): AsyncGenerator<Views, void, undefined> {
  for (;;)
    yield await Promise.resolve({
      ...formulaViews('images', images),
      indices: Int32Array.from({length: n}, (_, i) => i),
    });
}

/**
 * Kernels by the formula, with the variance of He et al. in convolutions and 0.01² in linear layers; the rest as it is
 * made.
 */
function start(parameters: Readonly<Record<string, tf.Variable>>): void {
  for (const [name, variable] of Object.entries(parameters)) {
    if (!name.endsWith('/kernel')) continue;
    const [rows, kernelColumns, , filters] = variable.shape;
    const scale = variable.rank === 4 ? Math.sqrt(6 / (rows * kernelColumns * filters)) : 0.01 * Math.sqrt(3);
    tf.tidy(() => {
      variable.assign(
        tf.tensor(
          formula(name, variable.size).map(value => scale * value),
          variable.shape,
        ),
      );
    });
  }
}

// The plain JavaScript backend would take minutes.
test.skipIf(tf.getBackend() === 'cpu')('ten steps of a ResNet-18 follow the losses of PyTorch', async () => {
  const encoder = resnet({
    depths,
    width,
    stem: 'cifar',
    inputShape: [height, columns, channels],
    zeroInitLastGamma: true,
  });
  const head = simclrHead(Number(encoder.outputShape[1]), {outputDim: outputs});
  const method = simclr({encoder, head, loss: ntXent({temperature})});
  const optimizer = sgd(method.parameters, {momentum, weightDecay});
  start(method.parameters);
  const losses: number[] = [];
  for await (const {loss} of train({method, optimizer, views: repeated(), learningRate, steps})) losses.push(loss);
  expect(losses[steps - 1]).toBeLessThan((1 - FALL) * losses[0]);
  losses.forEach((loss, step) => {
    expect(Math.abs(loss - settings.float64[step]), `step ${step}`).toBeLessThanOrEqual(
      Math.max(STRAY, 3 * settings.gaps[step]),
    );
  });
  for (const owner of [optimizer, method, encoder, head]) owner.dispose();
});
