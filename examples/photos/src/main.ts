/**
 * MoCo v2 (Chen, Fan, Girshick and He 2020, arXiv 2003.04297) on photos of your own, a folder or WebDataset shards.
 */
import {mocoV2Augment} from '@contrastive/augment';
import {twoViews} from '@contrastive/data';
import {example, progress, save} from '@contrastive/example';
import {imageFolder, webDataset} from '@contrastive/image-files';
import {mocoV2} from '@contrastive/moco';
import {cosine, sgd} from '@contrastive/optim';
import {mocoV2Head} from '@contrastive/projection-head';
import {resnet18} from '@contrastive/resnet';
import {train} from '@contrastive/train';
import {jsonlWriter} from '@contrastive/train/node';
import {look} from './look.js';

const defaults = {
  size: 64, // pixels of a view; paper: 224, which takes twelve times as long
  batchSize: 64, // and no more than there are images; paper: 256
  steps: 1000, // paper: 1,000,000
  queueSize: 4096, // at most a quarter of the images, or they meet their own old keys; paper: 65536
  keyMomentum: 0.99, // authors' CIFAR demo; paper: 0.999, behind which keys would lag too long in a thousand steps
  temperature: 0.2, // as in the paper
  splits: 4, // groups with BatchNorm statistics of their own, as on GPUs: else queries could tell their keys by them
  learningRate: 0.03, // as in the paper
  sgd: {momentum: 0.9, weightDecay: 1e-4}, // as in the paper
  checked: 4000, // images, at most, that the check at the end looks at
  neighbours: 20, // that vote there, or as many as the smallest class has
} as const;

await example('photos --data', defaults, async ({settings, seed, out, given: {data}}) => {
  const {size, steps, temperature, keyMomentum, splits} = settings;
  if (data === undefined)
    throw new RangeError(
      "photos: expected a folder or 'photos-{000..009}.tar' as --data, got none; give --data FOLDER.",
    );
  const folder = /\.tar(\.gz)?$/.test(data) ? undefined : await imageFolder(data);
  const photos = folder ?? (await webDataset(data));
  const images = folder?.length ?? Infinity;
  if (images < 2 * splits) throw new RangeError(`photos: expected ${2 * splits} images or more, got ${images}.`);
  const batchSize = Math.min(settings.batchSize, splits * Math.floor(images / splits));
  const queueSize = Math.max(Math.min(settings.queueSize, Math.floor(images / 4)), batchSize);
  const [encoder, untrained] = [0, 1].map(() => resnet18({inputShape: [size, size, 3], seed}));
  const head = mocoV2Head(encoder, {seed});
  const method = mocoV2({encoder, head, temperature, queueSize, splits, keyMomentum, seed});
  const augment = mocoV2Augment({size}); // crop, flip, colours, grey, blur; normalised by ImageNet's mean and deviation
  const views = twoViews(photos, {augment, batchSize, seed, steps});
  const optimizer = sgd(method.parameters, settings.sgd);
  const learningRate = cosine({base: settings.learningRate, steps});
  const [report, log] = [progress({steps, stepsPerEpoch: Infinity}, batchSize), jsonlWriter(`${out}/metrics.jsonl`)];
  for await (const record of train({method, views, optimizer, learningRate, seed, metricsEvery: 10})) {
    log.write(record);
    report(record);
  }
  log.close();
  await save(encoder, `${out}/encoder`, {method: 'moco-v2', ...settings, batchSize, queueSize, seed});
  const encoders = {'Raw pixels': null, Untrained: untrained, Trained: encoder};
  await look(photos, encoders, {...settings, seed, file: `${out}/neighbours.png`});
  for (const own of [optimizer, method, head, encoder, untrained]) own.dispose();
});
