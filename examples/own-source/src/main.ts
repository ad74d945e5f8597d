/**
 * Images of your own: what your code computes or reads becomes a source, on which a method is trained and by whose
 * labels it is measured. Here: shapes that shapes.ts draws.
 */
import {simclrAugment} from '@contrastive/augment';
import {fromImages, twoViews, type Source} from '@contrastive/data';
import {example, measure, progress, save} from '@contrastive/example';
import {sgd, warmupCosine} from '@contrastive/optim';
import {simclrHead} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {simclr} from '@contrastive/simclr';
import {train} from '@contrastive/train';
import {draw, labelOf, names} from './shapes.js';

const defaults = {
  images: 2000, // of each split
  size: 24, // pixels of an image each way
  depths: [1, 1, 1], // a block for each stage
  width: 8, // channels of the first stage: enough for four shapes
  area: [0.5, 1], // of the image that a crop keeps: less may miss the shape
  batchSize: 128,
  steps: 300, // 20 epochs
  learningRate: 0.12, // rises over a twentieth of the steps, then falls to 0 along a cosine
  momentum: 0.9, // of SGD
  weightDecay: 5e-4, // usual for SGD on small images
} as const;

await example('own-source', defaults, async ({settings, seed, out}) => {
  const {images: length, size, depths, width, area, batchSize, steps, momentum, weightDecay} = settings;
  // All that a source needs: how many images there are, and the bytes of each, row by row. Labels: to measure it.
  const source = (drawn: number): Source =>
    fromImages({
      length,
      pixels: index => draw(index, size, drawn),
      labels: Int32Array.from({length}, (_, index) => labelOf(index)),
      classNames: names,
    });
  const images = source(1);

  const encoder = resnet({depths, width, stem: 'cifar', inputShape: [size, size, 1], zeroInitLastGamma: true, seed});
  const head = simclrHead(encoder, {initializer: 'uniform', seed});
  const method = simclr({encoder, head});
  const views = twoViews(images, {augment: simclrAugment({size, area}), batchSize, seed, steps});
  const optimizer = sgd(method.parameters, {momentum, weightDecay});
  const learningRate = warmupCosine({base: settings.learningRate, steps, warmupSteps: Math.floor(0.05 * steps)});
  const report = progress(views, batchSize);
  for await (const record of train({method, views, optimizer, learningRate, seed})) report(record);
  const metadata = {method: 'simclr', ...settings, seed};
  await save(encoder, `${out}/encoder`, metadata);

  await measure(encoder, images, source(2), seed);
  await measure(null, images, source(2), seed, {channels: 1, size}); // pixels: the encoder knows what it wants itself
  for (const own of [optimizer, method, head, encoder]) own.dispose();
});
