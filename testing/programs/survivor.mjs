/**
 * A small run that can be ended at any moment and started again: `node survivor.mjs FOLDER METHOD SOURCE DATA STEPS
 * SAVE_EVERY READ_EVERY`. Prints `ready` after its first step.
 */
import {simclrAugment} from '@contrastive/augment';
import {useBackend} from '@contrastive/backend';
import {fromArrays, twoViews} from '@contrastive/data';
import {imageFolder, parquet, webDataset} from '@contrastive/image-files';
import {moco} from '@contrastive/moco';
import {cosine, sgd} from '@contrastive/optim';
import {projectionHead} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {simclr} from '@contrastive/simclr';
import {openRun} from '@contrastive/train/node';

const [folder, methodName, sourceName, data, ...numbers] = process.argv.slice(2);
const [steps, saveEvery, readEvery] = numbers.map(Number);
const [batchSize, seed, size] = [4, 5, 16];

const sources = {
  arrays: () =>
    fromArrays({
      images: Uint8Array.from({length: 30 * size * size * 3}, (_, i) => (i * 7919 + (i % 251) * 31) % 256),
      height: size,
      width: size,
      channels: 3,
    }),
  folder: () => imageFolder(data),
  shards: () => webDataset(data, {shuffleBuffer: 8}),
  parquet: () => parquet(data),
};

await useBackend();
const images = await sources[sourceName]();
const encoder = resnet({depths: [1, 1], width: 16, stem: 'cifar', inputShape: [size, size, images.channels], seed});
const head = projectionHead({inputDim: 32, outputDim: 16, seed});
const method =
  methodName === 'simclr' ? simclr({encoder, head}) : moco({encoder, head, queueSize: 40, keyMomentum: 0.9, seed});
const optimizer = sgd(method.parameters, {momentum: 0.9, weightDecay: 1e-4});
const configuration = {methodName, sourceName, steps, seed};
const run = await openRun(folder, {method, optimizer, configuration, resume: true, saveEvery}).catch(error => {
  console.error(error.message);
  process.exit(1);
});
const views = twoViews(images, {augment: simclrAugment({size}), batchSize, seed, steps, ...run.resume});
const learningRate = cosine({base: 0.05, steps});
const options = {views, learningRate, seed, readEvery, metricsEvery: 3, timing: false};
let code = 0;
try {
  let began = false;
  for await (const record of run.train(options)) {
    if (!began) console.log('ready');
    began = record.step >= 0;
  }
} catch (error) {
  console.error(error.message);
  code = error.exitCode ?? 1;
}
await run.close();
process.exit(code);
