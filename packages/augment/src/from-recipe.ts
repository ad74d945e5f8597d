import {checkValue, choice, list, object} from '@contrastive/internal';
import {augmentation} from './augmentation.js';
import {centerCrop} from './center-crop.js';
import {colorJitter} from './color-jitter.js';
import type {Augment, Operation, OperationRecipe} from './contract.js';
import {gaussianBlur} from './gaussian-blur.js';
import {grayscale} from './grayscale.js';
import {horizontalFlip} from './horizontal-flip.js';
import {normalize} from './normalize.js';
import {randomResizedCrop} from './random-resized-crop.js';
import {solarize} from './solarize.js';

const factories = {
  centerCrop,
  colorJitter,
  gaussianBlur,
  grayscale,
  horizontalFlip,
  normalize,
  randomResizedCrop,
  solarize,
};

/** Makes one operation from the name of its factory and its options, which are plain data. */
function operationOf({kind, options}: OperationRecipe): Operation {
  checkValue('fromRecipe', 'kind', kind, choice(...Object.keys(factories)));
  // each checks its own options
  const factory = factories[kind as keyof typeof factories] as (given: unknown) => Operation;
  return factory(options);
}

/**
 * Makes the augmentation of a recipe, which is plain data: `recipeOf` another one, whose views it makes in a worker or
 * another process.
 *
 * @throws TypeError when an option is unknown or of another kind, RangeError when it is out of range or the kind of an
 * operation is unknown.
 * @example
 * const augment = fromRecipe([
 *   {kind: 'randomResizedCrop', options: {size: 28}},
 *   {kind: 'horizontalFlip', options: {probability: 0.5}},
 * ]);
 */
export function fromRecipe(recipe: readonly OperationRecipe[]): Augment {
  checkValue('fromRecipe', 'recipe', recipe, list(object, 'a list of {kind, options}'));
  return augmentation(recipe.map(operationOf));
}
