import {
  augmentation,
  normalize,
  preparationFor,
  randomResizedCrop,
  type Augment,
  type Preparation,
} from '@contrastive/augment';
import type {Source} from '@contrastive/data';
import {checkPreparation, recordedPreparation} from '@contrastive/layers';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import type {CropRecipe} from './recipe-rules.js';

/**
 * Random crops and flips of the size and normalisation that the encoder's images have, and nothing else: what both
 * papers train on labels with.
 *
 * @throws RangeError where nothing says the size.
 */
function cropAndFlip(where: string, encoder: LayersModel, source: Source, crop: CropRecipe): Augment {
  const recorded = recordedPreparation(encoder) as Preparation | undefined;
  const [, height, width] = encoder.inputs[0].shape;
  const [rows, columns] = source.size ?? [];
  const size = recorded?.size ?? (height === width && height !== null ? height : rows === columns ? rows : undefined);
  if (size === undefined) {
    throw new RangeError(
      `${where}: expected an encoder of square images, or one that remembers how they are prepared, as encoder, got ` +
        'one of any size; give an augment.',
    );
  }
  const {normalization} = recorded ?? {};
  return augmentation([
    randomResizedCrop({...crop, size, flip: 0.5}),
    ...(normalization ? [normalize(normalization)] : []),
  ]);
}

/**
 * The augmentation of training images: the one that is given, whose views must be as the encoder's images are, or the
 * recipe's crops and flips.
 *
 * @throws Error where the encoder remembers images that were prepared otherwise; RangeError where nothing says the
 * size.
 */
export function trainingAugment(
  where: string,
  encoder: LayersModel,
  source: Source,
  {augment, crop}: {readonly augment?: Augment | undefined; readonly crop: CropRecipe},
): Augment {
  if (augment === undefined) return cropAndFlip(where, encoder, source, crop);
  const views = preparationFor(augment, source.channels);
  const {size: wanted} = (recordedPreparation(encoder) ?? {}) as {readonly size?: number};
  const [height, width] = source.size ?? [];
  const given = views.size ?? (height === width ? height : undefined);
  // Where one side leaves the size open, images may have it.
  const size = wanted === undefined || given === undefined ? wanted : given;
  checkPreparation(where, encoder, {...views, size});
  return augment;
}
