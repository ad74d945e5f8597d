/**
 * MoCo v1 (He et al. 2020, arXiv 1911.05722): each image gives a query and a key. The query must find its key among a
 * queue of the keys of earlier batches, so the number of negatives has nothing to do with the size of a batch. Keys
 * come from a second network that follows the trained one slowly.
 */
import {mocoV1Augment} from '@contrastive/augment';
import {twoViews} from '@contrastive/data';
import {example, measure, progress, save} from '@contrastive/example';
import {mocoV1} from '@contrastive/moco';
import {multistep, sgd} from '@contrastive/optim';
import {mocoV1Head} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {train} from '@contrastive/train';

/** The paper's settings for a million photographs, scaled to ten thousand small images. */
const defaults = {
  depths: [1, 1, 1, 1], // ResNet-10, half the blocks of ResNet-18: enough for 28 × 28 grey pixels
  width: 16, // channels of the first stage, a quarter of ResNet-18's: minutes instead of hours
  projection: 128, // numbers that the loss compares, as in the paper
  area: [0.2, 1], // of the image that a crop keeps, as in the authors' code
  temperature: 0.07, // as in the paper
  queueSize: 4096, // paper: 65536 of a million; with too many for the images, negatives are old keys of the very image
  keyMomentum: 0.99, // paper: 0.999; in a run of a thousand steps such keys would stay those of the untrained network
  batchSize: 128, // paper: 256; in a short run twice the steps are worth more
  splits: 4, // groups of 32 with a BatchNorm of their own, as 256 on eight GPUs have: "Shuffling BN", section 3.3
  steps: 1092, // 14 epochs of the bundled images; paper: 200; these take minutes
  learningRate: 0.06, // paper: 0.03 for 256 images and 200 epochs, too little for fourteen
  milestones: [120, 160], // of 200 parts of the run, where the rate falls to a tenth; paper: of 200 epochs
  momentum: 0.9, // of SGD, as in the paper
  weightDecay: 5e-4, // authors' CIFAR demo; paper: 1e-4
} as const;

await example('moco-v1 --data', defaults, async ({settings, seed, out, open}) => {
  const {depths, width, batchSize, steps, temperature, queueSize, splits, keyMomentum} = settings;
  const images = await open('train');

  // The encoder is what we want. The loss sees it through a head, one linear layer, which is thrown away afterwards.
  const inputShape = [...images.size, images.channels] as const;
  const encoder = resnet({depths, width, stem: 'cifar', inputShape, seed});
  const head = mocoV1Head(encoder, {outputDim: settings.projection, seed});
  const method = mocoV1({encoder, head, temperature, queueSize, keyMomentum, splits, seed});

  // Paper: ImageNet's mean and deviation, which these images have not.
  const augment = mocoV1Augment({size: images.size[0], area: settings.area, normalization: false});
  const views = twoViews(images, {augment, batchSize, seed, steps});
  const optimizer = sgd(method.parameters, {momentum: settings.momentum, weightDecay: settings.weightDecay});
  const schedule = multistep({base: settings.learningRate, milestones: settings.milestones});
  const learningRate = (step: number) => schedule((200 * step) / steps);
  const report = progress(views, batchSize);
  for await (const record of train({method, views, optimizer, learningRate, seed})) report(record);
  const metadata = {method: 'moco-v1', ...settings, seed};
  await save(encoder, `${out}/encoder`, metadata);

  // What was learned? A linear classifier on the features; the encoder stays as it is.
  await measure(encoder, images, await open('test'), seed);
  for (const own of [optimizer, method, head, encoder]) own.dispose();
});
