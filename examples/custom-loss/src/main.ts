/**
 * A loss of your own, alignUniform: held to the contract of losses, then trained with SimCLR, where its negatives are
 * in the batch, and with MoCo, where they are in a queue.
 */
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {simclrAugment} from '@contrastive/augment';
import {useBackend} from '@contrastive/backend';
import {cifar10, fashionMnist, stepsPerEpoch, subset, twoViews, type IndexedSource} from '@contrastive/data';
import {extractFeatures, probe} from '@contrastive/linear-probe';
import {checkLoss} from '@contrastive/losses/testing';
import {createMoCo} from '@contrastive/moco';
import {cosine, sgd} from '@contrastive/optim';
import {simclrHead} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {createSimCLR} from '@contrastive/simclr';
import {train, type Method} from '@contrastive/train';
import {exportEncoder} from '@contrastive/weights';
import {alignUniform} from './align-uniform.js';

const settings = {
  depths: [1, 1, 1, 1], // ResNet-10, half the blocks of ResNet-18: enough for 28 × 28 grey pixels
  width: 16, // channels of the first stage, a quarter of ResNet-18's: minutes instead of hours
  area: [0.2, 1], // of the image that a crop keeps
  batchSize: 128, // of which each image has 127 others to keep away from
  queueSize: 4096, // of MoCo: well below the number of images, or many negatives are old keys of the very image
  keyMomentum: 0.99, // of MoCo: the keys follow within a hundred steps
  epochs: 5, // of each method: enough to see that the loss works
  learningRate: 0.12, // falls to 0 along a cosine
  momentum: 0.9, // of SGD
  weightDecay: 5e-4, // usual for SGD on small images
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
  const test = await open('test', given.data, most);

  // Does the loss keep the contract? The check throws with what to mend: this belongs into your tests.
  const loss = alignUniform();
  checkLoss(loss, {viewSwapInvariant: true}); // as SimCLR calls it
  checkLoss(loss, {negatives: true}); // as MoCo calls it
  console.log('The loss keeps the contract.');

  const augment = simclrAugment({size: images.height, area: settings.area});
  const batchSize = Math.min(settings.batchSize, images.length);
  const perEpoch = stepsPerEpoch(images.length, batchSize);
  const steps = epochs * perEpoch;
  const last = Math.min(steps, whole('steps', given.steps, Infinity));
  for (const name of ['simclr', 'moco'] as const) {
    console.log(
      `${name} on ${images.length} images, ${epochs} epochs of ${perEpoch} steps, with ${backend.name} ` +
        `(${backend.device})`,
    );
    const inputShape = [images.height, images.width, images.channels] as const;
    const encoder = resnet({depths: settings.depths, width: settings.width, stem: 'cifar', inputShape, seed});
    const head = simclrHead(settings.width * 2 ** (settings.depths.length - 1), {initializer: 'uniform', seed});
    const {queueSize, keyMomentum} = settings;
    const method: Method =
      name === 'simclr'
        ? createSimCLR({encoder, head, loss})
        : createMoCo({encoder, head, loss, queueSize, momentum: keyMomentum, symmetric: true, seed});

    const views = twoViews(images, {augment, batchSize, seed, steps});
    const optimizer = sgd(method.parameters, {momentum: settings.momentum, weightDecay: settings.weightDecay});
    const learningRate = cosine({base: settings.learningRate, steps});
    let sum = 0;
    for await (const {step, loss: value} of train({method, views, optimizer, learningRate, steps: last, seed})) {
      const inEpoch = (step % perEpoch) + 1;
      sum = inEpoch === 1 ? value : sum + value;
      if (inEpoch === perEpoch || step + 1 === last)
        console.log(`epoch ${Math.ceil((step + 1) / perEpoch)}  step ${step + 1}  loss ${(sum / inEpoch).toFixed(3)}`);
    }
    const directory = join(given.out ?? 'runs/custom-loss', name);
    await exportEncoder(encoder, directory, {
      overwrite: true,
      metadata: {method: name, loss: 'alignUniform', ...settings, epochs, seed},
    });
    console.log(`Encoder: ${directory}`);

    const labelled = await extractFeatures(encoder, images);
    const unseen = await extractFeatures(encoder, test);
    for (const {labels, accuracy} of await probe(labelled, unseen, {
      labels: [Math.min(settings.labels, images.length)],
      seed,
    })) {
      console.log(
        `Logistic regression with ${labels} labels: ${(100 * accuracy).toFixed(1)} % of ${unseen.rows} test ` +
          'images right',
      );
    }
    for (const own of [optimizer, method, head, encoder]) own.dispose();
  }
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
