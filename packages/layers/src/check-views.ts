import {checkValue, usualCrop} from '@contrastive/internal';
import {util, type Tensor} from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {modelRule, showShape} from './networks.js';

/** Two views of each image of a batch, as far as they are checked here. */
interface CheckedViews {
  readonly first: Tensor;
  readonly second: Tensor;
  readonly preparation?: object;
}

/**
 * How the images are prepared that an encoder was trained on, as plain data: size, channels, crop, normalisation. It
 * is part of the model's `userDefinedMetadata`, which saving keeps.
 *
 * @returns What {@link checkViews} recorded, for `prepare` of `@contrastive/augment`; undefined where there is nothing.
 */
export function recordedPreparation(encoder: LayersModel): object | undefined {
  checkValue('recordedPreparation', 'encoder', encoder, modelRule);
  const recorded = (encoder.getUserDefinedMetadata() as {readonly preparation?: unknown} | undefined)?.preparation;
  return typeof recorded === 'object' && recorded !== null ? recorded : undefined;
}

/** The same text for records with the same entries. */
const canonical = (record: object): string =>
  JSON.stringify(record, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );

/** The record with what it leaves to its default, which is that of `evalAugment` in `@contrastive/augment`. */
const whole = (record: object): object => {
  const {size} = Object(record) as {readonly size?: number};
  return size === undefined ? record : {crop: usualCrop(size), interpolation: 'bicubic', ...record};
};

/**
 * Whether two records of a preparation mean the same, whatever the order of their keys and what they leave to its
 * default.
 *
 * @example
 * samePreparation({channels: 3, size: 32}, {size: 32, crop: 1, channels: 3}); // true
 */
export function samePreparation(one: object, other: object): boolean {
  return canonical(whole(one)) === canonical(whole(other));
}

/** Whether views are as those that an encoder was trained on; how it is judged, by which crop, is the record's own. */
const sameViews = (one: object, other: object): boolean => {
  const seen = ({channels, size, normalization}: Record<string, unknown>): object => ({channels, size, normalization});
  return canonical(seen({...one})) === canonical(seen({...other}));
};

const otherwise = (where: string, recorded: object, preparation: object): Error =>
  new Error(
    `${where}: expected images prepared as those that the encoder was trained on, ${canonical(recorded)}, got ` +
      `${canonical(preparation)}; use an augmentation of the same size and normalisation, or take preparation out ` +
      "of the encoder's userDefinedMetadata.",
  );

/**
 * Throws where an encoder remembers images of other channels, another size or normalisation than these views have; by
 * which crop it is judged is the record's own.
 *
 * @param where What messages begin with.
 * @param preparation Of the views, as `preparationFor` of `@contrastive/augment` tells it.
 * @throws `Error` that says both.
 * @example
 * ```ts
 * checkPreparation('fineTune', encoder, preparationFor(augment, 3));
 * ```
 */
export function checkPreparation(where: string, encoder: LayersModel, preparation: object): void {
  const recorded = recordedPreparation(encoder);
  if (recorded !== undefined && !sameViews(recorded, preparation)) throw otherwise(where, recorded, preparation);
}

const remember = (encoder: LayersModel, preparation: object): void => {
  encoder.setUserDefinedMetadata({...encoder.getUserDefinedMetadata(), preparation});
};

/**
 * Records how an encoder's images are prepared, for {@link recordedPreparation}.
 *
 * @param where What messages begin with.
 * @throws `Error` where it was trained on images that were prepared otherwise.
 */
export function recordPreparation(where: string, encoder: LayersModel, preparation: object): void {
  checkValue(where, 'encoder', encoder, modelRule);
  const recorded = recordedPreparation(encoder);
  if (recorded === undefined) {
    remember(encoder, preparation);
  } else if (!samePreparation(recorded, preparation)) {
    throw otherwise(where, recorded, preparation);
  }
}

/**
 * Throws unless both views are float32 batches of one shape that the encoder takes. Where the views say how their
 * images are prepared, the encoder remembers it from the first batch on, so that it is measured on images that look
 * like those that it was trained on. One that remembers already, as after an import, keeps its record: views must have
 * its channels, size and normalisation.
 *
 * @param where Whose views these are: what the messages begin with, for example `SimCLR`.
 * @param alone Whether one view of each image may stand for both, as for a method that learns from labels.
 * @throws `TypeError` for another type, `RangeError` for another shape or one view for both, `Error` for views that are
 * prepared otherwise than those that the encoder was trained on.
 * @example
 * ```ts
 * checkViews('SimSiam', views, encoder);
 * ```
 */
export function checkViews(where: string, views: CheckedViews, encoder: LayersModel, alone = false): void {
  checkValue(where, 'encoder', encoder, modelRule);
  const {first, second, preparation} = Object(views) as CheckedViews;
  const wanted = encoder.inputs[0].shape;
  for (const [name, view] of Object.entries({first, second})) {
    const {shape, dtype} = Object(view) as Tensor; // of anything else undefined
    if (dtype !== 'float32')
      throw new TypeError(`${where}: expected float32 images as ${name} views, got ${dtype}; convert them first.`);
    const differs = wanted.some((size, axis) => axis > 0 && size !== null && size !== shape[axis]);
    if (shape.length !== wanted.length || differs) {
      throw new RangeError(
        `${where}: expected ${showShape(wanted)} as ${name} views, got ${showShape(shape)}; open them with as many ` +
          'channels, resize them, or build the encoder so.',
      );
    }
  }
  if (!util.arraysEqual(first.shape, second.shape)) {
    throw new RangeError(
      `${where}: expected both views of the same shape, got ${showShape(first.shape)} and ` +
        `${showShape(second.shape)}; row i of both must come from image i.`,
    );
  }
  if (!alone && first === second)
    throw new RangeError(`${where}: expected two views of each image, got one tensor as both; use twoViews.`);
  if (preparation === undefined) return;
  checkPreparation(where, encoder, preparation);
  if (recordedPreparation(encoder) === undefined) remember(encoder, preparation);
}
