import {fromRecipe, type Augment} from '@contrastive/augment';
import type {ViewsBytes} from '@contrastive/data';
import {move, transferableSymbol, valueSymbol} from 'piscina';
import sharp from 'sharp';
import type {DecodeTask} from './encoded/decoders.js';
import {makeViews} from './encoded/make-views.js';

sharp.concurrency(1); // the pool has a thread for each core already

const augments = new Map<string, Augment>();

/** The augmentation of a recipe that came as JSON, made once. */
function augmentOf(recipe: string): Augment {
  const known = augments.get(recipe);
  if (known) return known;
  const made = fromRecipe(JSON.parse(recipe) as Parameters<typeof fromRecipe>[0]); // as `recipeOf` gave it
  augments.set(recipe, made);
  return made;
}

let before: Promise<unknown> = Promise.resolve();

/**
 * Does one task of `createDecoders`, as soon as all images of the one before are being decoded: that one is waited for
 * first.
 */
export default async function work({images, recipes, options, ...request}: DecodeTask): Promise<unknown> {
  const turn = before;
  let nextMay = (): void => undefined;
  before = new Promise<void>(resolve => {
    nextMay = resolve;
  });
  await turn;
  try {
    return moved(await makeViews(images, {...request, augments: recipes.map(augmentOf)}, options, nextMay));
  } finally {
    nextMay();
  }
}

/** Hands the views over instead of copying them. */
function moved(result: ViewsBytes): unknown {
  return move({[transferableSymbol]: result.views.map(({buffer}) => buffer), [valueSymbol]: result});
}
