import {augmentation, normalize, randomResizedCrop, type Augment, type Preparation} from '@contrastive/augment';
import type {Source} from '@contrastive/data';
import {recordedPreparation} from '@contrastive/layers';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import type {CropRecipe} from './recipe-rules.js';

/**
 * Random crops and flips of the size and normalisation that the encoder's images have, and nothing else: what both
 * papers train on labels with.
 *
 * @throws RangeError where nothing says the size.
 */
export function cropAndFlip(where: string, encoder: LayersModel, source: Source, crop: CropRecipe): Augment {
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
