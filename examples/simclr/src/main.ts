/**
 * SimCLR (Chen et al. 2020, arXiv 2002.05709): from unlabelled images to an encoder. Each image gives two random views;
 * of all views in the batch, each must find the one of its own image.
 */
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {simclrAugment} from '@contrastive/augment';
import {useBackend} from '@contrastive/backend';
import {cifar10, fashionMnist, stepsPerEpoch, subset, twoViews, type IndexedSource} from '@contrastive/data';
import {extractFeatures, probe} from '@contrastive/linear-probe';
import {ntXent} from '@contrastive/losses';
import {sgd, warmupCosine} from '@contrastive/optim';
import {simclrHead} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {createSimCLR} from '@contrastive/simclr';
import {train} from '@contrastive/train';
import {exportEncoder} from '@contrastive/weights';

/**
 * The paper's settings for a million photographs and 128 TPU cores, scaled to ten thousand small images and two CPU
 * cores.
 */
const settings = {
  depths: [1, 1, 1, 1], // ResNet-10, half the blocks of ResNet-18: enough for 28 × 28 grey pixels
  width: 16, // channels of the first stage, a quarter of ResNet-18's: minutes instead of hours
  projection: 128, // numbers that the loss compares, as in the paper
  area: [0.2, 1], // of the image that a crop keeps; paper: from 0.08, but so little of a garment is only cloth
  temperature: 0.2, // the authors' advice for small batches; paper: 0.1 for 4096 images
  batchSize: 128, // paper: 4096; in a short run more steps are worth more than more negatives
  epochs: 14, // paper: 100 to 1000; these take minutes
  // of SGD at this batch; paper: LARS, which keeps batches of thousands stable: small ones have no need of it
  learningRate: 0.12,
  momentum: 0.9, // as in the paper
  weightDecay: 5e-4, // usual for SGD on small images; paper: 1e-6, with LARS
  warmup: 0.05, // of all steps; paper: a tenth of 100 epochs
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
  const encoder = resnet({
    depths: settings.depths,
    width: settings.width,
    stem: 'cifar',
    inputShape,
    zeroInitLastGamma: true,
    seed,
  });
  const features = settings.width * 2 ** (settings.depths.length - 1);
  // Authors' code: weights from N(0, 0.01²), which suits LARS. With plain SGD so small a head takes steps that are too
  // large: torch's start.
  const head = simclrHead(features, {outputDim: settings.projection, initializer: 'uniform', seed});
  const method = createSimCLR({encoder, head, loss: ntXent({temperature: settings.temperature})});

  // What features must not depend on: where the image is cut out, whether it is turned over, its light and colours.
  const augment = simclrAugment({size: images.height, area: settings.area});
  const batchSize = Math.min(settings.batchSize, images.length);
  const perEpoch = stepsPerEpoch(images.length, batchSize);
  const steps = epochs * perEpoch;
  const views = twoViews(images, {augment, batchSize, seed, steps});
  const optimizer = sgd(method.parameters, {momentum: settings.momentum, weightDecay: settings.weightDecay});
  const learningRate = warmupCosine({
    base: settings.learningRate,
    steps,
    warmupSteps: Math.floor(settings.warmup * steps),
  });

  console.log(
    `SimCLR on ${images.length} images, ${epochs} epochs of ${perEpoch} steps, with ${backend.name} ` +
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
  const directory = join(given.out ?? 'runs/simclr', 'encoder');
  await exportEncoder(encoder, directory, {overwrite: true, metadata: {method: 'simclr', ...settings, epochs, seed}});
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
