import {simclrAugment} from '@contrastive/augment';
import {fromArrays, twoViews} from '@contrastive/data';
import {freezeLayers} from '@contrastive/layers';
import {moco} from '@contrastive/moco';
import {sgd} from '@contrastive/optim';
import {simclrHead} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {simclr} from '@contrastive/simclr';
import {expectNoLeaks} from '@contrastive/testing';
import {train} from '@contrastive/train';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import {describe, expect, test} from 'vitest';

const size = 16;
const images = fromArrays({
  images: Uint8Array.from({length: 8 * size * size * 3}, (_, i) => (i * 7919 + ((i * i) % 251) * 31) % 256),
  height: size,
  width: size,
  channels: 3,
});

type Networks = Readonly<Record<'encoder' | 'head', tfl.LayersModel>>;

const methods = {
  simclr: (networks: Networks) => simclr(networks),
  moco: (networks: Networks) => moco({...networks, queueSize: 8, seed: 1}),
};

/** Trains two steps with layers frozen; the names of the encoder's weights that moved, in the method's networks. */
async function moved(name: keyof typeof methods, freeze: readonly string[], statistics: boolean): Promise<string[]> {
  const encoder = resnet({
    block: 'basic',
    depths: [1, 1],
    stem: 'cifar',
    inputShape: [size, size, 3],
    width: 4,
    seed: 1,
  });
  const head = simclrHead(encoder, {outputDim: 4, seed: 2});
  freezeLayers(encoder, freeze, {statistics});
  const method = methods[name]({encoder, head});
  const optimizer = sgd(method.parameters, {momentum: 0.9});
  const values = (): Map<string, number[]> =>
    new Map(Object.entries(method.state()).map(([key, variable]) => [key, Array.from(variable.dataSync())]));
  const before = values();
  const views = twoViews(images, {augment: simclrAugment({size}), batchSize: 4, seed: 1, steps: 2});
  for await (const {loss} of train({method, views, optimizer, learningRate: 0.1})) expect(loss).toBeGreaterThan(0);
  const after = values();
  method.dispose();
  optimizer.dispose();
  encoder.dispose();
  head.dispose();
  return [...before.keys()].filter(
    key => key.includes('encoder/') && !before.get(key)?.every((value, i) => value === after.get(key)?.[i]),
  );
}

test('a run that goes on with frozen layers has them in both networks of MoCo', async () => {
  const networks = (): Networks => {
    const encoder = resnet({depths: [1], stem: 'cifar', inputShape: [size, size, 3], width: 4, seed: 1});
    return {encoder, head: simclrHead(encoder, {outputDim: 4, seed: 2})};
  };
  const [before, after] = [networks(), networks()];
  const trained = moco({...before, queueSize: 8, seed: 1});
  for (const [name, variable] of Object.entries(trained.state()))
    if (name === 'key/encoder/conv1/kernel') variable.assign(tf.zerosLike(variable)); // it lags behind
  freezeLayers(after.encoder, ['conv1']);
  const frozen = moco({...after, queueSize: 8, seed: 1});
  await frozen.restore({...trained.state()});
  const {'key/encoder/conv1/kernel': key, 'encoder/conv1/kernel': query} = frozen.state();
  expect(key.dataSync()).toEqual(query.dataSync());
  for (const method of [trained, frozen]) method.dispose();
  for (const {encoder, head} of [before, after]) tf.dispose([encoder.weights, head.weights].flat().map(w => w.read()));
});

const stem = /encoder\/(conv1|bn1|layer1\.)/;
const isStatistic = (key: string): boolean => key.includes('moving');

describe.each(Object.keys(methods) as (keyof typeof methods)[])('%s', name => {
  test('trains what is not frozen; statistics follow the batches unless they are to stay', async () => {
    const all = await moved(name, [], false);
    expect(all.filter(key => stem.test(key) && !isStatistic(key)).length).toBeGreaterThan(3);
    const frozen = await moved(name, ['conv1', 'bn1', 'layer1'], false);
    expect(frozen).toEqual(all.filter(key => !stem.test(key) || isStatistic(key)));
    const fixed = await moved(name, ['conv1', 'bn1', 'layer1'], true);
    expect(fixed).toEqual(all.filter(key => !stem.test(key)));
  });

  test('leaves no tensor of frozen networks', async () => {
    await expectNoLeaks(async () => {
      await moved(name, ['conv1', 'bn1', 'layer1'], true);
    }, 2);
  });
});
