/**
 * A loss of your own, alignUniform: held to the contract of losses, then trained with SimCLR, where its negatives are
 * in the batch, and with MoCo, where they are in a queue.
 */
import {simclrAugment} from '@contrastive/augment';
import {twoViews} from '@contrastive/data';
import {example, measure, progress, save} from '@contrastive/example';
import {checkLoss} from '@contrastive/losses/testing';
import {moco} from '@contrastive/moco';
import {cosine, sgd} from '@contrastive/optim';
import {simclrHead} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {simclr} from '@contrastive/simclr';
import {train, type Method} from '@contrastive/train';
import {alignUniform} from './align-uniform.js';

const defaults = {
  depths: [1, 1, 1, 1], // ResNet-10, half the blocks of ResNet-18: enough for 28 × 28 grey pixels
  width: 16, // channels of the first stage, a quarter of ResNet-18's: minutes instead of hours
  area: [0.2, 1], // of the image that a crop keeps
  batchSize: 128, // of which each image has 127 others to keep away from
  queueSize: 4096, // of MoCo: well below the number of images, or many negatives are old keys of the very image
  keyMomentum: 0.99, // of MoCo: the keys follow within a hundred steps
  steps: 390, // of each method, 5 epochs of the bundled images: enough to see that the loss works
  learningRate: 0.12, // falls to 0 along a cosine
  momentum: 0.9, // of SGD
  weightDecay: 5e-4, // usual for SGD on small images
} as const;

await example(
  {command: 'custom-loss --data', encoders: ['simclr', 'moco']},
  defaults,
  async ({settings, seed, out, open}) => {
    const {depths, width, batchSize, steps, queueSize, keyMomentum} = settings;
    const [images, test] = [await open('train'), await open('test')];

    // Does the loss keep the contract? The check throws with what to mend: this belongs into your tests.
    const loss = alignUniform();
    await checkLoss(loss, {viewSwapInvariant: true}); // as SimCLR calls it
    await checkLoss(loss, {negatives: true}); // as MoCo calls it

    for (const name of ['simclr', 'moco'] as const) {
      console.log(`The loss keeps the contract. Now with ${name}:`);
      const encoder = resnet({depths, width, stem: 'cifar', inputShape: [...images.size, images.channels], seed});
      const head = simclrHead(encoder, {initializer: 'uniform', seed});
      const queue = {queueSize, keyMomentum, symmetric: true, seed};
      const method: Method = name === 'simclr' ? simclr({encoder, head, loss}) : moco({encoder, head, loss, ...queue});
      const augment = simclrAugment({size: images.size[0], area: settings.area});
      const views = twoViews(images, {augment, batchSize, seed, steps});
      const optimizer = sgd(method.parameters, {momentum: settings.momentum, weightDecay: settings.weightDecay});
      const learningRate = cosine({base: settings.learningRate, steps});
      const report = progress(views, batchSize);
      for await (const record of train({method, views, optimizer, learningRate, seed})) report(record);
      const metadata = {method: name, loss: 'alignUniform', ...settings, seed};
      await save(encoder, `${out}/${name}`, metadata);
      await measure(encoder, images, test, seed);
      for (const own of [optimizer, method, head, encoder]) own.dispose();
    }
  },
);
