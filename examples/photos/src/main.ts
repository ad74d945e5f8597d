/**
 * MoCo v2 (Chen, Fan, Girshick and He 2020, arXiv 2003.04297) on photos of your own, a folder or WebDataset shards;
 * what cannot be used is listed at the end. Settings: the paper's for a million photographs, scaled to thousands.
 */
import {mocoV2Augment} from '@contrastive/augment';
import {fraction, split, twoViews} from '@contrastive/data';
import {example, percent, progress, save} from '@contrastive/example';
import {imageFolder, webDataset} from '@contrastive/image-files';
import {extractFeatures, knn} from '@contrastive/linear-probe';
import {mocoV2} from '@contrastive/moco';
import {cosine, sgd} from '@contrastive/optim';
import {mocoV2Head} from '@contrastive/projection-head';
import {resnet18} from '@contrastive/resnet';
import {train} from '@contrastive/train';

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
  checked: 10_000, // images, at most, that the check at the end looks at
  neighbours: 20, // that vote there
} as const;

await example('photos --data', defaults, async ({settings, seed, out, given: {data}}) => {
  const {size, steps, temperature, keyMomentum, splits} = settings;
  if (data === undefined) throw new RangeError("photos: expected a folder or 'photos-{000..009}.tar' as --data.");
  const folder = /\.tar(\.gz)?$/.test(data) ? undefined : await imageFolder(data);
  const photos = folder ?? (await webDataset(data));
  const images = folder?.length ?? Infinity;
  const batchSize = Math.min(settings.batchSize, splits * Math.floor(images / splits));
  const queueSize = Math.max(Math.min(settings.queueSize, Math.floor(images / 4)), batchSize);
  const encoder = resnet18({inputShape: [size, size, 3], seed});
  const head = mocoV2Head(encoder, {seed});
  const method = mocoV2({encoder, head, temperature, queueSize, splits, keyMomentum, seed});
  const augment = mocoV2Augment({size}); // crop, flip, colours, grey, blur; normalised by ImageNet's mean and deviation
  const views = twoViews(photos, {augment, batchSize, seed, steps});
  const optimizer = sgd(method.parameters, settings.sgd);
  const learningRate = cosine({base: settings.learningRate, steps});
  const report = progress({steps, stepsPerEpoch: Infinity}, batchSize);
  for await (const record of train({method, views, optimizer, learningRate, seed})) report(record);
  const metadata = {method: 'moco-v2', ...settings, batchSize, queueSize, seed};
  await save(encoder, `${out}/encoder`, metadata);
  // Where there are classes: each of a fifth of the images gets the class of its nearest neighbours among the others.
  if (folder?.labels && (folder.classNames?.length ?? 0) > 1) {
    const parts = split(fraction(folder, Math.min(1, settings.checked / images), {seed}), 0.8, {seed});
    const [bank, queries] = [await extractFeatures(encoder, parts[0]), await extractFeatures(encoder, parts[1])];
    const {accuracy} = await knn(bank, queries, {k: settings.neighbours});
    console.log(`Nearest neighbours tell ${percent(100 * accuracy)} of ${queries.rows} images`);
  }
  for (const {path, reason} of photos.bad) console.log(`Left out: ${path}: ${reason}`);
  await photos.close();
  for (const own of [optimizer, method, head, encoder]) own.dispose();
});
