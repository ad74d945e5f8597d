import {normalize, type Images, type Normalization} from '@contrastive/augment';
import * as tf from '@tensorflow/tfjs-core';
import type {IndexedSource} from './source.js';

/**
 * Creates a source that gives the images of another normalised: what an encoder should see in evaluation that was
 * trained on normalised views, as MoCo's are. Random views stay those of their augmentation.
 *
 * @throws RangeError when the normalisation has other channels than the source.
 * @example
 * const features = await extractFeatures(encoder, normalized(source, imageNetNormalization));
 */
export function normalized(source: IndexedSource, normalization: Normalization): IndexedSource {
  normalize(normalization); // checks it
  const {mean, std} = normalization;
  if (mean.length !== source.channels || std.length !== source.channels) {
    throw new RangeError(
      `normalized: expected mean and std of ${source.channels} channels, got mean [${mean.join(', ')}] and std ` +
        `[${std.join(', ')}].`,
    );
  }
  const change = (images: Images): Images => {
    const result = tf.tidy(() => tf.div<Images>(tf.sub(images, tf.tensor1d([...mean])), tf.tensor1d([...std])));
    images.dispose();
    return result;
  };
  const {length, height, width, channels, labels, classNames} = source;
  const [readGood, views, close] = [
    source.readGood?.bind(source),
    source.views?.bind(source),
    source.close?.bind(source),
  ];
  return {
    length,
    height,
    width,
    channels,
    ...(labels && {labels}),
    ...(classNames && {classNames}),
    ...(views && {views}),
    ...(close && {close}),
    get bad() {
      return source.bad;
    },
    read: async indices => change(await source.read(indices)),
    ...(readGood && {
      readGood: async (indices: ArrayLike<number>) => {
        const {images, positions} = await readGood(indices);
        return {images: change(images), positions};
      },
    }),
  };
}
