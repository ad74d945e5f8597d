import type {RandomResizedCropOptions} from '@contrastive/augment';
import {flag, integer, list, narrowed, number, object, required, text, type Rule} from '@contrastive/internal';

/** How training images are cropped; they are flipped, and nothing else. */
export type CropRecipe = Pick<RandomResizedCropOptions, 'area' | 'aspect' | 'interpolation' | 'distribution'>;

/** A list that is not empty. */
export const atLeastOne = (item: Rule, words: string): Rule =>
  narrowed(list(item, words), ({length}: ArrayLike<number>) => length > 0);

/** Learning rates to try. */
export const ratesRule = atLeastOne(number({above: 0}), 'a list of numbers above 0, at least one,');

/** What all recipes must have. */
export const sgdRules = {
  name: required(text),
  batchSize: required(integer({least: 1})),
  momentum: required(number({least: 0, below: 1})),
  nesterov: required(flag),
  crop: required(object),
};
