import {sgd} from '@contrastive/optim';
import {resnet} from '@contrastive/resnet';
import {simclr} from '@contrastive/simclr';
import {train, type Views} from '@contrastive/train';
import * as tf from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';

/** Of the same operations in float32; sums of gradients may be in another order. */
const rounding = {atol: 1e-6, rtol: 1e-5};

const image = (start: number): tf.Tensor4D =>
  tf.tensor4d(
    Float32Array.from({length: 4 * 16 * 16 * 3}, (_, i) => Math.sin(start + 1.7 * i + 0.011 * i * i)),
    [4, 16, 16, 3],
  );

async function* batches(steps: number, tensors: number[]): AsyncGenerator<Views, void, undefined> {
  for (let step = 0; step < steps; step++) {
    tensors.push(tf.memory().numTensors);
    yield await Promise.resolve({first: image(step), second: image(step + 0.5), indices: new Int32Array(4)});
  }
}

/** Losses of three steps, weights and running statistics after them, and how many tensors there were before each. */
async function trained(how: 'stock' | 'none' | 'blocks', frozen: readonly string[], block: 'basic' | 'bottleneck') {
  const stem = block === 'basic' ? 'cifar' : 'imagenet';
  const encoder = resnet({depths: [1, 1], block, width: 16, stem, inputShape: [16, 16, 3]});
  for (const name of frozen) encoder.getLayer(name).trainable = false;
  if (how === 'stock') encoder.apply = encoder.apply.bind(encoder); // its own, so it is called
  const method = simclr({encoder, ...(how === 'blocks' && {recompute: how})});
  const optimizer = sgd(method.parameters, {momentum: 0.9});
  const [losses, tensors]: [number[], number[]] = [[], []];
  for await (const {loss} of train({method, optimizer, views: batches(3, tensors), learningRate: 0.1}))
    losses.push(loss);
  const state = Object.values(method.state()).map(variable => [...variable.dataSync()]);
  optimizer.dispose();
  encoder.dispose();
  return {losses, state, tensors};
}

const early = ['conv1', 'bn1', 'layer1.0.conv1', 'layer1.0.bn1'];

test.each<[string, readonly string[], 'basic' | 'bottleneck']>([
  ['basic blocks', [], 'basic'],
  ['bottlenecks', [], 'bottleneck'],
  ['the first layers frozen, whose operations lie off the way of the gradients', early, 'basic'],
])('a training is the stock one, with blocks run again or not: %s', async (_, frozen, block) => {
  const stock = await trained('stock', frozen, block);
  for (const how of ['none', 'blocks'] as const) {
    const {losses, state, tensors} = await trained(how, frozen, block);
    expect(losses).toBeAllclose(stock.losses, rounding);
    state.forEach((values, i) => {
      expect(values).toBeAllclose(stock.state[i], rounding);
    });
    expect(tensors[2]).toBe(tensors[1]);
  }
});
