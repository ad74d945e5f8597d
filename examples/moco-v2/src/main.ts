/**
 * MoCo v2 (Chen, Fan, Girshick and He 2020, arXiv 2003.04297): MoCo with what SimCLR found: a head with a hidden layer,
 * stronger augmentation and a cosine schedule. Each image gives a query and a key; the query must find its key among a
 * queue of the keys of earlier batches, made by a network that follows the trained one slowly.
 */
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {mocoV2Augment} from '@contrastive/augment';
import {useBackend} from '@contrastive/backend';
import {cifar10, fashionMnist, stepsPerEpoch, subset, twoViews, type IndexedSource} from '@contrastive/data';
import {extractFeatures, probe} from '@contrastive/linear-probe';
import {mocoV2} from '@contrastive/moco';
import {cosine, sgd} from '@contrastive/optim';
import {mocoV2Head} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {train} from '@contrastive/train';
import {exportEncoder} from '@contrastive/weights';

/** The paper's settings for a million photographs, scaled to ten thousand small images. */
const settings = {
  depths: [1, 1, 1, 1], // ResNet-10, half the blocks of ResNet-18: enough for 28 × 28 grey pixels
  width: 16, // channels of the first stage, a quarter of ResNet-18's: minutes instead of hours
  projection: 128, // numbers that the loss compares, as in the paper
  area: [0.2, 1], // of the image that a crop keeps, as in the authors' code
  temperature: 0.1, // authors' CIFAR demo; paper: 0.2, with which garments so much alike are not told apart
  // paper: 65536 of a million; well below the number of images, or many negatives are old keys of the very image
  queueSize: 2048,
  // authors' CIFAR demo. Paper: 0.999; in a run of a thousand steps such keys would lag behind for too long
  keyMomentum: 0.99,
  // both views are query and key in turn: a third more work than SimCLR, for as many queries of the same images. Paper:
  // one direction
  symmetric: true,
  batchSize: 128, // paper: 256; in a short run twice the steps are worth more
  epochs: 14, // paper: 200 and 800; these take minutes
  learningRate: 0.12, // paper: 0.03 for 256 images and 200 epochs, too little for fourteen
  momentum: 0.9, // of SGD, as in the paper
  weightDecay: 5e-4, // authors' CIFAR demo; paper: 1e-4
  labels: 10_000, // for the classifier at the end: all of the bundled images
} as const;

async function main(): Promise<void> {
  const text = {type: 'string'} as const;
  const {values: given} = parseArgs({
    options: {data: text, images: text, epochs: text, steps: text, seed: text, out: text},
  });
  const epochs = whole('epochs', given.epochs, settings.epochs);
  const seed = whole('seed', given.seed, 1, 0);
  const most = whole('images', given.images, Infinity);
  const backend = await useBackend();
  const images = await open('train', given.data, most);

  // The encoder is what we want. The loss sees it through a head, which is thrown away afterwards.
  const inputShape = [images.height, images.width, images.channels] as const;
  const encoder = resnet({depths: settings.depths, width: settings.width, stem: 'cifar', inputShape, seed});
  const features = settings.width * 2 ** (settings.depths.length - 1);
  const head = mocoV2Head(features, {outputDim: settings.projection, seed});
  const {temperature, queueSize, symmetric, keyMomentum} = settings;
  const method = mocoV2({encoder, head, temperature, queueSize, symmetric, momentum: keyMomentum, seed});

  // What features must not depend on: where the image is cut out, whether it is turned over, its light, its colours
  // and, of more than 32 pixels, its sharpness.
  // paper: ImageNet's mean and std, which these images have not
  const augment = mocoV2Augment({size: images.height, area: settings.area, normalization: false});
  const batchSize = Math.min(settings.batchSize, images.length);
  const perEpoch = stepsPerEpoch(images.length, batchSize);
  const steps = epochs * perEpoch;
  const views = twoViews(images, {augment, batchSize, seed, steps});
  const optimizer = sgd(method.parameters, {momentum: settings.momentum, weightDecay: settings.weightDecay});
  // authors' code: constant within an epoch, of which there are only few here
  const learningRate = cosine({base: settings.learningRate, steps});

  console.log(
    `MoCo v2 on ${images.length} images, ${epochs} epochs of ${perEpoch} steps, with ${backend.name} ` +
      `(${backend.device})`,
  );
  const last = Math.min(steps, whole('steps', given.steps, Infinity));
  let sum = 0;
  for await (const {step, loss} of train({method, views, optimizer, learningRate, steps: last, seed})) {
    const inEpoch = (step % perEpoch) + 1;
    sum = inEpoch === 1 ? loss : sum + loss;
    if (inEpoch === perEpoch || step + 1 === last)
      console.log(`epoch ${Math.ceil((step + 1) / perEpoch)}  step ${step + 1}  loss ${(sum / inEpoch).toFixed(3)}`);
  }
  const directory = join(given.out ?? 'runs/moco-v2', 'encoder');
  await exportEncoder(encoder, directory, {overwrite: true, metadata: {method: 'moco-v2', ...settings, epochs, seed}});
  console.log(`Encoder: ${directory}`);

  // What was learned? A linear classifier on the features; the encoder stays as it is.
  const labelled = await extractFeatures(encoder, images);
  const unseen = await extractFeatures(encoder, await open('test', given.data, most));
  for (const {labels, accuracy} of await probe(labelled, unseen, {
    labels: [Math.min(settings.labels, images.length)],
    seed,
  })) {
    console.log(
      `Logistic regression with ${labels} labels: ${(100 * accuracy).toFixed(1)} % of ${unseen.rows} test images right`,
    );
  }
  for (const own of [optimizer, method, head, encoder]) own.dispose();
}

/**
 * The first `most` images of a split: of the bundled Fashion-MNIST, or of the files of Fashion-MNIST or CIFAR-10 in a
 * directory.
 */
async function open(split: 'train' | 'test', directory: string | undefined, most: number): Promise<IndexedSource> {
  const cifar =
    directory !== undefined &&
    ['cifar-10-batches-bin', 'test_batch.bin'].some(name => existsSync(join(directory, name)));
  const source = cifar ? await cifar10({directory, split}) : await fashionMnist({directory, split});
  return subset(
    source,
    Array.from({length: Math.min(most, source.length)}, (_, i) => i),
  );
}

/** A whole number of the command line, or `otherwise` where it is not given. */
function whole(name: string, text: string | undefined, otherwise: number, least = 1): number {
  const value = text === undefined ? otherwise : Number(text);
  if (text === undefined || (Number.isSafeInteger(value) && value >= least)) return value;
  throw new RangeError(`--${name} must be a whole number from ${least}, got "${text}".`);
}

// Messages say what to do; CONTRASTIVE_DEBUG=1 shows where they come from.
await main().catch((error: unknown) => {
  console.error(error instanceof Error && !process.env.CONTRASTIVE_DEBUG ? error.message : error);
  process.exitCode = 1;
});
