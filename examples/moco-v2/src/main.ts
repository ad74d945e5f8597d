/**
 * MoCo v2 (Chen, Fan, Girshick and He 2020, arXiv 2003.04297): MoCo with what SimCLR found: a head with a hidden layer,
 * stronger augmentation and a cosine schedule. Each image gives a query and a key; the query must find its key among a
 * queue of the keys of earlier batches, made by a network that follows the trained one slowly.
 */
import {mocoV2Augment} from '@contrastive/augment';
import {readImages, twoViews} from '@contrastive/data';
import {example, measure, progress, save} from '@contrastive/example';
import {contactSheet} from '@contrastive/image-files';
import {mocoV2} from '@contrastive/moco';
import {cosine, sgd} from '@contrastive/optim';
import {mocoV2Head} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {openRun} from '@contrastive/train/node';

/** The paper's settings for a million photographs, scaled to ten thousand small images. */
const defaults = {
  depths: [1, 1, 1, 1], // ResNet-10, half the blocks of ResNet-18: enough for 28 × 28 grey pixels
  width: 16, // channels of the first stage, a quarter of ResNet-18's: minutes instead of hours
  projection: 128, // numbers that the loss compares, as in the paper
  area: [0.2, 1], // of the image that a crop keeps, as in the authors' code
  temperature: 0.1, // authors' CIFAR demo; paper: 0.2, with which garments so much alike are not told apart
  queueSize: 2048, // paper: 65536 of a million; with too many for the images, negatives are old keys of the very image
  keyMomentum: 0.99, // authors' CIFAR demo; paper: 0.999; in a run of a thousand steps such keys would lag too long
  symmetric: true, // both views are query and key in turn: a third more work, twice the queries; paper: one direction
  batchSize: 128, // paper: 256; in a short run twice the steps are worth more
  steps: 1092, // 14 epochs of the bundled images; paper: 200 and 800; these take minutes
  learningRate: 0.12, // paper: 0.03 for 256 images and 200 epochs, too little for fourteen
  momentum: 0.9, // of SGD, as in the paper
  weightDecay: 5e-4, // authors' CIFAR demo; paper: 1e-4
} as const;

await example('moco-v2 --data --resume', defaults, async ({settings, seed, out, given, open, resume}) => {
  const {depths, width, batchSize, steps, temperature, queueSize, symmetric, keyMomentum} = settings;
  const images = await open('train');

  // The encoder is what we want. The loss sees it through a head, which is thrown away afterwards.
  const inputShape = [...images.size, images.channels] as const;
  const encoder = resnet({depths, width, stem: 'cifar', inputShape, seed});
  const head = mocoV2Head(encoder, {outputDim: settings.projection, seed});
  const method = mocoV2({encoder, head, temperature, queueSize, keyMomentum, symmetric, seed});

  // Crop, flip, light and colours and, above 32 pixels, blur. Paper: ImageNet's mean and deviation, which these images
  // have not.
  const augment = mocoV2Augment({size: images.size[0], area: settings.area, normalization: false});
  const optimizer = sgd(method.parameters, {momentum: settings.momentum, weightDecay: settings.weightDecay});

  // Checkpoints, metrics.jsonl and TensorBoard's files lie in the folder. Whatever ends the run, --resume goes on with
  // it, digit for digit, key network and queue too; Ctrl-C saves first.
  const configuration = {method: 'moco-v2', ...settings, data: given.data, seed};
  const run = await openRun(out, {method, optimizer, configuration, resume, saveEvery: 200});
  const views = twoViews(images, {augment, batchSize, seed, steps, ...run.resume});
  if (run.loaded === undefined) {
    const {bytes: data, shape} = await readImages(images, [0]);
    const [, height, width] = shape;
    run.image(0, 'views', await contactSheet({data, height, width, channels: images.channels}, augment));
  }

  // Authors' code: constant within an epoch, of which there are only few here.
  const learningRate = cosine({base: settings.learningRate, steps});
  const report = progress(views, batchSize);
  for await (const record of run.train({views, learningRate, seed, metricsEvery: 20})) report(record);
  await run.close();
  await save(encoder, `${out}/encoder`, configuration);

  // What was learned? A linear classifier on the features; the encoder stays as it is.
  await measure(encoder, images, await open('test'), seed);
  for (const own of [optimizer, method, head, encoder]) own.dispose();
});
