import {existsSync} from 'node:fs';
import {join} from 'node:path';
import type {Preparation} from '@contrastive/augment';
import {subset, type Source} from '@contrastive/data';
import {cifar10, fashionMnist} from '@contrastive/image-files';
import {extractFeatures, probe} from '@contrastive/linear-probe';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {count, percent} from './progress.js';

/** Images of one size. */
export type Images = Source & Required<Pick<Source, 'size'>>;

const haveSize = (source: Source): source is Images => source.size !== undefined;

/**
 * The images of a split: of the bundled Fashion-MNIST, or of the files of Fashion-MNIST or CIFAR-10 in the directory
 * `data`; the first `most` of them.
 */
export async function open(split: 'train' | 'test', data?: string, most = Infinity): Promise<Images> {
  const cifar =
    data !== undefined && ['cifar-10-batches-bin', 'test_batch.bin'].some(name => existsSync(join(data, name)));
  const source = await (cifar ? cifar10({split, directory: data}) : fashionMnist({split, directory: data}));
  const images = subset(source, [...Array(Math.min(most, source.length)).keys()]);
  if (haveSize(images)) return images;
  throw new Error(`open: expected images of one size, got others in ${data}; choose another directory.`);
}

/**
 * The last check: what can logistic regression tell by the features of an encoder, or by the pixels where it is `null`?
 * At most 10,000 labels are given to it. The encoder stays as it is.
 * `preparation` says what size pixels have where the images do not.
 */
export async function measure(
  encoder: LayersModel | null,
  train: Source,
  test: Source,
  seed: number,
  preparation?: Preparation,
): Promise<void> {
  const known = await extractFeatures(encoder, train, {preparation});
  const unseen = await extractFeatures(encoder, test, {preparation});
  const labelCounts = [Math.min(10_000, known.rows)];
  for (const {labelCount, accuracy} of await probe(known, unseen, {labelCounts, seed})) {
    console.log(
      `${encoder ? 'Features of the encoder' : 'Raw pixels'}: with ${count(labelCount)} labels logistic regression ` +
        `classifies ${percent(100 * accuracy)} of ${count(unseen.rows)} test images correctly`,
    );
  }
}
