import {augmentation} from './augmentation.js';
import {centerCrop} from './center-crop.js';
import {colorJitter} from './color-jitter.js';
import type {Augment, OperationRecipe} from './contract.js';
import {gaussianBlur} from './gaussian-blur.js';
import {grayscale} from './grayscale.js';
import {horizontalFlip} from './horizontal-flip.js';
import {normalize} from './normalize.js';
import type {Operation} from './operation.js';
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
  if (!Object.hasOwn(factories, kind)) {
    throw new RangeError(`fromRecipe: expected one of '${Object.keys(factories).join("', '")}', got '${kind}'.`);
  }
  // each checks its own options
  const factory = factories[kind as keyof typeof factories] as (given: unknown) => Operation;
  return factory(options);
}

/**
 * Makes the augmentation of a recipe, which is plain data: `recipeOf` another one, whose views it makes in a worker or
 * another process.
 *
 * @throws RangeError when a kind is unknown or an option out of range.
 * @example
 * const augment = fromRecipe([{kind: 'randomResizedCrop', options: {size: 28}}, {kind: 'horizontalFlip', options:
 * {}}]);
 */
export function fromRecipe(recipe: readonly OperationRecipe[]): Augment {
  return augmentation(recipe.map(operationOf));
}
