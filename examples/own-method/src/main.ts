/**
 * A method of your own: SimSiam (Chen and He 2021, arXiv 2011.10566) in sim-siam.ts, a `Method` that `train` takes like
 * those of the packages.
 */
import {simclrAugment} from '@contrastive/augment';
import {twoViews} from '@contrastive/data';
import {example, measure, progress, save} from '@contrastive/example';
import {cosine, sgd} from '@contrastive/optim';
import {projectionHead} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {train} from '@contrastive/train';
import {simSiam} from './sim-siam.js';

/** The paper's settings for CIFAR-10 (appendix D) and ResNet-18, scaled to ten thousand small images. */
const defaults = {
  depths: [1, 1, 1, 1], // ResNet-10, half the blocks of ResNet-18: enough for 28 × 28 grey pixels
  width: 16, // channels of the first stage, a quarter of ResNet-18's: minutes instead of hours
  projection: 128, // as many as there are features; paper: 2048, as many as ResNet-50 has
  hidden: 32, // of the predictor, a quarter of the projection, as in the paper
  area: [0.2, 1], // of the image that a crop keeps, as in the paper
  batchSize: 128, // paper: 512
  steps: 1092, // 14 epochs of the bundled images; paper: 800; these take minutes
  learningRate: 0.06, // paper: 0.03 at batch 256; fourteen epochs need more
  momentum: 0.9, // of SGD, as in the paper
  weightDecay: 5e-4, // as in the paper
} as const;

await example('own-method --data', defaults, async ({settings, seed, out, open}) => {
  const {depths, width, projection, hidden, batchSize, steps} = settings;
  const images = await open('train');

  const encoder = resnet({depths, width, stem: 'cifar', inputShape: [...images.size, images.channels], seed});
  // Paper: a BatchNorm without γ and β at the end of the projector. Here: with γ, the nearest that projectionHead has.
  const dims = {inputDim: projection, outputDim: projection, batchNorm: true, seed};
  const head = projectionHead({...dims, hiddenDims: [projection], lastBatchNorm: 'scale', name: 'projector'});
  const predictor = projectionHead({...dims, hiddenDims: [hidden], name: 'predictor'});
  const method = simSiam({encoder, head, predictor});

  const augment = simclrAugment({size: images.size[0], area: settings.area});
  const views = twoViews(images, {augment, batchSize, seed, steps});
  const optimizer = sgd(method.parameters, {momentum: settings.momentum, weightDecay: settings.weightDecay});
  const learningRate = cosine({base: settings.learningRate, steps});
  const report = progress(views, batchSize);
  for await (const record of train({method, views, optimizer, learningRate, seed})) report(record);
  const metadata = {method: 'simsiam', ...settings, seed};
  await save(encoder, `${out}/encoder`, metadata);

  await measure(encoder, images, await open('test'), seed);
  for (const own of [optimizer, method, predictor, head, encoder]) own.dispose();
});
