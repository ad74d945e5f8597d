/**
 * MoCo v2 (Chen, Fan, Girshick and He 2020, arXiv 2003.04297) on photographs of your own: a folder of images (JPEG,
 * PNG, WebP, AVIF, GIF, TIFF) or WebDataset shards. Worker threads decode and augment while the network trains; images
 * that cannot be used are left out and listed at the end.
 */
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {imageNetNormalization, mocoV2Augment} from '@contrastive/augment';
import {useBackend} from '@contrastive/backend';
import {
  imageFolder,
  normalized,
  split,
  twoViews,
  webDataset,
  type BadImage,
  type IndexedSource,
} from '@contrastive/data';
import {extractFeatures, knn} from '@contrastive/linear-probe';
import {mocoV2} from '@contrastive/moco';
import {cosine, sgd} from '@contrastive/optim';
import {mocoV2Head} from '@contrastive/projection-head';
import {resnet18} from '@contrastive/resnet';
import {train} from '@contrastive/train';
import {exportEncoder} from '@contrastive/weights';

/** The paper's settings for a million photographs and eight GPUs, scaled to thousands of images and one machine. */
const settings = {
  size: 64, // pixels of a view; paper: 224, which takes twelve times as long
  batchSize: 64, // paper: 256
  steps: 1000, // paper: 1,000,000
  // authors' CIFAR demo; paper: 65536. Well below the number of images, or many negatives are old keys of the very
  // image
  queueSize: 4096,
  // authors' CIFAR demo. Paper: 0.999, behind which keys would lag too long in a run of a thousand steps
  keyMomentum: 0.99,
  temperature: 0.2, // as in the paper
  // groups with BatchNorm statistics of their own, for the GPUs of the paper: else queries could tell their keys by
  // them
  splits: 4,
  learningRate: 0.03, // as in the paper
  momentum: 0.9, // of SGD, as in the paper
  weightDecay: 1e-4, // as in the paper
  neighbours: 20, // that vote in the check at the end
} as const;

async function main(): Promise<void> {
  const text = {type: 'string'} as const;
  const {values: given} = parseArgs({
    options: {data: text, shards: text, size: text, batch: text, steps: text, seed: text, out: text},
  });
  const steps = whole('steps', given.steps, settings.steps);
  const size = whole('size', given.size, settings.size, 32);
  const seed = whole('seed', given.seed, 1, 0);
  if ((given.data === undefined) === (given.shards === undefined)) {
    throw new RangeError(
      'Give either --data with a folder of images, or --shards with WebDataset shards, for example --shards ' +
        "'photos-{000..009}.tar'.",
    );
  }
  const backend = await useBackend();
  const folder = given.data === undefined ? undefined : await imageFolder(given.data, {size});
  const photos = folder ?? (await webDataset(given.shards ?? ''));
  const batchSize = batchOf(given.batch, folder?.length ?? Infinity);

  // The encoder is what we want. The loss sees it through a head, which is thrown away afterwards.
  const encoder = resnet18({inputShape: [size, size, 3], seed});
  const head = mocoV2Head(512, {seed});
  const {temperature, splits, keyMomentum} = settings;
  const queueSize = Math.max(Math.min(settings.queueSize, Math.floor((folder?.length ?? Infinity) / 4)), batchSize);
  const method = mocoV2({encoder, head, temperature, queueSize, splits, momentum: keyMomentum, seed});

  const augment = mocoV2Augment({size}); // crop, colours, grey, blur, flip, and ImageNet's mean and std
  const views = twoViews(photos, {augment, batchSize, seed, steps});
  const optimizer = sgd(method.parameters, {momentum: settings.momentum, weightDecay: settings.weightDecay});
  const learningRate = cosine({base: settings.learningRate, steps});

  const what = folder ? `${folder.length} images` : 'shards';
  console.log(
    `MoCo v2 on ${what}, views of ${size} × ${size}, ${steps} steps, with ${backend.name} (${backend.device})`,
  );
  const every = Math.max(Math.floor(steps / 20), 1);
  let [sum, count] = [0, 0];
  for await (const {step, loss} of train({method, views, optimizer, learningRate, steps, seed})) {
    [sum, count] = [sum + loss, count + 1];
    if (count < every && step + 1 < steps) continue;
    console.log(`step ${step + 1}/${steps}  loss ${(sum / count).toFixed(3)}`);
    [sum, count] = [0, 0];
  }
  const directory = join(given.out ?? 'runs/photos', 'encoder');
  await exportEncoder(encoder, directory, {
    overwrite: true,
    metadata: {method: 'moco-v2', ...settings, size, batchSize, steps, seed},
  });
  console.log(`Encoder: ${directory}`);

  if (folder?.labels && (folder.classNames?.length ?? 0) > 1) await check(encoder, folder, seed);
  report(photos.bad);
  await photos.close();
  for (const own of [optimizer, method, head, encoder]) own.dispose();
}

/** Images in a batch: several for each group of BatchNorm, and no more than there are. */
function batchOf(text: string | undefined, images: number): number {
  const [{splits}, least] = [settings, 2 * settings.splits];
  const size = text === undefined ? Math.min(settings.batchSize, images - (images % splits)) : Number(text);
  if (size >= least && size % splits === 0 && size <= images) return size;
  if (images < least) throw new RangeError(`A batch has at least ${least} images, but there are only ${images}.`);
  const most = Number.isFinite(images) ? ` and up to ${images}, the number of images` : '';
  throw new RangeError(`--batch must be a multiple of ${splits} from ${least}${most}, got "${text}".`);
}

/**
 * What was learned? Each of a fifth of the images is given the class that most of its nearest neighbours among the
 * others have.
 */
async function check(
  encoder: Parameters<typeof extractFeatures>[0],
  folder: IndexedSource,
  seed: number,
): Promise<void> {
  const images = normalized(folder, imageNetNormalization); // as the encoder saw them
  const [known, unseen] = split(images, 0.8, {seed});
  const [bank, queries] = [await extractFeatures(encoder, known), await extractFeatures(encoder, unseen)];
  const {accuracy} = await knn(bank, queries, {k: Math.min(settings.neighbours, bank.rows)});
  console.log(
    `Nearest neighbours: ${(100 * accuracy).toFixed(1)} % of ${queries.rows} images right, of ` +
      `${folder.classNames?.length} classes`,
  );
}

/** The images that were left out. */
function report(bad: readonly BadImage[]): void {
  if (bad.length > 0) console.log(`Left out, because they cannot be used: ${bad.length}`);
  for (const {path, reason} of bad.slice(0, 20)) console.log(`  ${path}: ${reason}`);
  if (bad.length > 20) console.log('  …');
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
