/**
 * SimCLR (Chen et al. 2020, arXiv 2002.05709): from unlabelled images to an encoder. Each image gives two random views;
 * of all views in the batch, each must find the one of its own image.
 */
import {simclrAugment} from '@contrastive/augment';
import {readImages, twoViews} from '@contrastive/data';
import {example, measure, progress, save} from '@contrastive/example';
import {contactSheet} from '@contrastive/image-files';
import {ntXent} from '@contrastive/losses';
import {sgd, warmupCosine} from '@contrastive/optim';
import {simclrHead} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {simclr} from '@contrastive/simclr';
import {openRun} from '@contrastive/train/node';

/** The paper's settings for a million photographs and 128 TPU cores, scaled to 10,000 small images. */
const defaults = {
  depths: [1, 1, 1, 1], // ResNet-10, half the blocks of ResNet-18: enough for 28 × 28 grey pixels
  width: 16, // channels of the first stage, a quarter of ResNet-18's: minutes instead of hours
  projection: 128, // numbers that the loss compares, as in the paper
  area: [0.2, 1], // of the image that a crop keeps; paper: from 0.08, but so little of a garment is only cloth
  temperature: 0.2, // the authors' advice for small batches; paper: 0.1 for 4096 images
  batchSize: 128, // paper: 4096; in a short run more steps are worth more than more negatives
  steps: 1092, // 14 epochs of the bundled images; paper: 100 to 1000; these take minutes
  learningRate: 0.12, // of SGD; paper: LARS, which keeps batches of thousands stable: small ones have no need of it
  momentum: 0.9, // as in the paper
  weightDecay: 5e-4, // usual for SGD on small images; paper: 1e-6, with LARS
  warmup: 0.05, // of all steps; paper: a tenth of 100 epochs
} as const;

await example('simclr --data --resume', defaults, async ({settings, seed, out, given, open, resume}) => {
  const {depths, width, batchSize, steps} = settings;
  const images = await open('train');

  // The encoder is what we want. The loss sees it through a head, which is thrown away afterwards. Authors' code: head
  // from N(0, 0.01²), which suits LARS. With plain SGD so small a head takes steps that are too large: torch's start.
  const inputShape = [...images.size, images.channels] as const;
  const encoder = resnet({depths, width, stem: 'cifar', inputShape, zeroInitLastGamma: true, seed});
  const head = simclrHead(encoder, {outputDim: settings.projection, initializer: 'uniform', seed});
  const method = simclr({encoder, head, loss: ntXent({temperature: settings.temperature})});

  // What features must not depend on: where the image is cropped, whether it is flipped, its light and colours.
  const augment = simclrAugment({size: images.size[0], area: settings.area});
  const optimizer = sgd(method.parameters, {momentum: settings.momentum, weightDecay: settings.weightDecay});

  // Checkpoints, metrics.jsonl and TensorBoard's files lie in the folder. Whatever ends the run, --resume goes on with
  // it, digit for digit; Ctrl-C saves first.
  const configuration = {method: 'simclr', ...settings, data: given.data, seed};
  const run = await openRun(out, {method, optimizer, configuration, resume, saveEvery: 200});
  const views = twoViews(images, {augment, batchSize, seed, steps, ...run.resume});
  if (run.loaded === undefined) {
    const {bytes: data, shape} = await readImages(images, [0]);
    const [, height, width] = shape;
    run.image(0, 'views', await contactSheet({data, height, width, channels: images.channels}, augment));
  }
  const warmupSteps = Math.floor(settings.warmup * steps);
  const learningRate = warmupCosine({base: settings.learningRate, steps, warmupSteps});
  const report = progress(views, batchSize);
  for await (const record of run.train({views, learningRate, seed, metricsEvery: 20})) report(record);
  await run.close();
  await save(encoder, `${out}/encoder`, configuration);

  // What was learned? A linear classifier on the features; the encoder stays as it is.
  await measure(encoder, images, await open('test'), seed);
  for (const own of [optimizer, method, head, encoder]) own.dispose();
});
