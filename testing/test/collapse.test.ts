import {simclrAugment} from '@contrastive/augment';
import {fromArrays, twoViews} from '@contrastive/data';
import {negativeCosine, ntXent} from '@contrastive/losses';
import {moco} from '@contrastive/moco';
import {sgd} from '@contrastive/optim';
import {simclr} from '@contrastive/simclr';
import {train, type Method} from '@contrastive/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {expect, test} from 'vitest';

const [n, size] = [8, 8];

const images = fromArrays({
  images: Uint8Array.from({length: 4 * n * size * size * 3}, (_, i) => (i * 7919 + ((i * i) % 251) * 31) % 256),
  height: size,
  width: size,
  channels: 3,
});

const network = (): tfl.LayersModel => {
  const kernelInitializer = tfl.initializers.glorotUniform({seed: 2});
  return tfl.sequential({
    layers: [
      tfl.layers.flatten({inputShape: [size, size, 3]}),
      tfl.layers.dense({units: 8, name: 'features', kernelInitializer}),
    ],
  });
};

/** What a run says of itself. */
async function remarks(make: (encoder: tfl.LayersModel) => Method, learningRate: number): Promise<string[]> {
  const encoder = network();
  const method = make(encoder);
  const optimizer = sgd(method.parameters, {momentum: 0.9});
  const views = twoViews(images, {augment: simclrAugment({size}), batchSize: n, seed: 1, steps: 300});
  const said: string[] = [];
  for await (const {remark} of train({method, optimizer, views, learningRate, metricsEvery: 20}))
    if (remark !== undefined) said.push(remark);
  for (const own of [optimizer, method, encoder]) own.dispose();
  return said;
}

test('a loss that keeps nothing apart is caught through SimCLR', async () => {
  const said = await remarks(encoder => simclr({encoder, loss: negativeCosine()}), 0.5);
  expect(said[0]).toMatch(/^the (loss has stayed at -1\.000 for 50 steps|embeddings spread by less)/);
});

test('a loss that keeps images apart is not', async () => {
  expect(await remarks(encoder => simclr({encoder, loss: ntXent({temperature: 0.5})}) as Method, 0.05)).toEqual([]);
});

test.each([
  ['SimCLR', (encoder: tfl.LayersModel) => simclr({encoder}) as Method, Math.log(2 * n - 1)],
  ['MoCo', (encoder: tfl.LayersModel) => moco({encoder, queueSize: 40}) as Method, Math.log(41)],
])('%s knows the loss of networks that give all images one point', async (_, make, expected) => {
  const encoder = network();
  const method = make(encoder);
  const loss = tf.tidy(() => method.collapsedLoss?.(n).dataSync()[0]);
  expect(loss).toBeAllclose(expected, {rtol: 1e-5});
  method.dispose();
  encoder.dispose();
});

test('MoCo says why its loss rises', async () => {
  const said = await remarks(encoder => moco({encoder, queueSize: 160, keyMomentum: 0.9}), 0.001);
  expect(said.filter(text => text.startsWith('the loss rises at first, as it should'))).toHaveLength(1);
  const method = moco({encoder: network(), queueSize: 160}) as Method;
  const told = Array.from({length: 60}, (_, step) => method.remark?.({step, loss: step === 0 ? 2 : 3}));
  expect(told.find(text => text !== undefined)).toMatch(/ln\(queueSize \+ 1\) = 5\.08/);
  method.dispose();
});
