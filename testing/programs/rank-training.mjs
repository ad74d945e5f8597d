/**
 * A short training that may be shared by ranks: `node rank-training.mjs OUT SETTINGS`, the settings as JSON. Each rank
 * writes OUT/RANK.json: losses, what the optimiser was given in the first step, the queue and the metrics.
 */
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {simclrAugment} from '@contrastive/augment';
import {useBackend} from '@contrastive/backend';
import {fromArrays, twoViews} from '@contrastive/data';
import {connect} from '@contrastive/distributed';
import {adjustNorms} from '@contrastive/layers';
import {l2Normalize, ntXent} from '@contrastive/losses';
import {moco} from '@contrastive/moco';
import {sgd} from '@contrastive/optim';
import {projectionHead} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {simclr} from '@contrastive/simclr';
import {train} from '@contrastive/train';
import * as tf from '@tensorflow/tfjs-core';

const [out, text] = process.argv.slice(2);
const {
  method: name,
  steps = 10,
  batch = 16,
  loss: lossName = 'ntXent',
  blockSize,
  microBatch,
  splits,
  fixed = false,
  seedByRank = false,
} = JSON.parse(text);
const communicator = await connect({deadline: 60});
await useBackend();
const [seed, size] = [5, 16];
const images = fromArrays({
  images: Uint8Array.from({length: 64 * size * size * 3}, (_, i) => (i * 7919 + (i % 251) * 31 + (i >> 9) * 13) % 256),
  height: size,
  width: size,
  channels: 3,
});
// Ranks that begin otherwise are given the state of the first.
const begin = seed + (seedByRank ? communicator.rank : 0);
const encoder = resnet({depths: [1, 1], width: 8, stem: 'cifar', inputShape: [size, size, 3], seed: begin});
const head = projectionHead({inputDim: 16, outputDim: 8, seed: begin});
for (const network of [encoder, head]) {
  adjustNorms(network, {fixed: () => fixed});
  // Groups as ranks have them: images in a row.
  for (const layer of network.layers) if ('splitting' in layer) Object.assign(layer, {splitting: 'contiguous'});
}
/** Alignment and uniformity (Wang and Isola 2020, arXiv 2005.10242): a loss of somebody's own, of the whole batch. */
const alignmentAndUniformity = ({z1, z2}) =>
  tf.tidy(() => {
    const [one, two] = [l2Normalize(z1), l2Normalize(z2)];
    const spread = z => tf.log(tf.mean(tf.exp(tf.sub(tf.mul(tf.matMul(z, z, false, true), 4), 4))));
    return tf.addN([tf.mean(tf.sum(tf.squaredDifference(one, two), 1)), spread(one), spread(two)]);
  });
const losses = {
  ntXent: () => ntXent({temperature: 0.5, ...(blockSize && {blockSize})}),
  own: () => alignmentAndUniformity,
};
const method =
  name === 'simclr'
    ? simclr({encoder, head, loss: losses[lossName]()})
    : moco({encoder, head, queueSize: 40, keyMomentum: 0.9, seed: begin, ...(splits && {splits})});
const inner = sgd(method.parameters, {momentum: 0.9, weightDecay: 1e-4});
let gradients;
const optimizer = {
  ...inner,
  apply: (given, rate) => {
    gradients ??= Object.fromEntries(Object.entries(given).map(([key, tensor]) => [key, [...tensor.dataSync()]]));
    inner.apply(given, rate);
  },
};
const augment = simclrAugment({size});
const views = twoViews(images, {augment, batchSize: batch, seed, steps, ranks: communicator});
const how = {...(microBatch && {microBatch}), metricsEvery: 5, compareEvery: 3, guards: false};
const records = [];
for await (const {loss, metrics} of train({method, optimizer, views, seed, learningRate: 0.02, communicator, ...how}))
  records.push({loss, ...(metrics && {metrics})});
const state = Object.fromEntries(
  Object.entries(method.state()).map(([key, variable]) => [key, [...variable.dataSync()]]),
);
writeFileSync(join(out, `${communicator.rank}.json`), JSON.stringify({records, gradients, state}));
await communicator.close();
