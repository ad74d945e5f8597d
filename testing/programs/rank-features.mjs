/** Features and neighbours by ranks: `node rank-features.mjs OUT`, by mpirun or alone; each rank leaves what it has. */
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {useBackend} from '@contrastive/backend';
import {fromArrays} from '@contrastive/data';
import {connect} from '@contrastive/distributed';
import {extractFeatures, knn} from '@contrastive/linear-probe';
import {resnet} from '@contrastive/resnet';
import * as tf from '@tensorflow/tfjs-core';

const [out] = process.argv.slice(2);
const communicator = await connect({deadline: 60});
await useBackend();
const [n, side] = [23, 16]; // 23 images divide by no number of ranks
const source = fromArrays({
  images: Uint8Array.from({length: n * side * side * 3}, (_, i) => (i * i * 31 + i * 7) % 251),
  labels: Int32Array.from({length: n}, (_, i) => i % 3),
  ...{height: side, width: side, channels: 3},
});
const encoder = resnet({depths: [1, 1], width: 4, stem: 'cifar', inputShape: [side, side, 3], seed: 1});
const before = tf.memory().numTensors;
const features = await extractFeatures(encoder, source, {communicator, batchSize: 4});
const backwards = await extractFeatures(encoder, source, {communicator, indices: [22, 3, 5]});
const found = await knn(features, features, {k: 5, communicator});
const tensors = tf.memory().numTensors - before;
const plain = ({data, indices, labels}) => ({data: [...data], indices: [...indices], labels: [...labels]});
writeFileSync(
  join(out, `${communicator.rank}.json`),
  JSON.stringify({
    features: plain(features),
    backwards: plain(backwards),
    predictions: [...found.predictions],
    accuracy: found.accuracy,
    tensors,
  }),
);
await communicator.close();
