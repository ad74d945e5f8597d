import {fromRecipe, type Augment} from '@contrastive/augment';
import {move, transferableSymbol, valueSymbol} from 'piscina';
import sharp from 'sharp';
import type {DecodeTask} from './encoded/decoders.js';
import {makeViews} from './encoded/make-views.js';
import type {ViewsBytes} from './source.js';

sharp.concurrency(1); // the pool has a thread for each core already

const augments = new Map<string, Augment>();

/** The augmentation of a recipe that came as JSON, made once. */
function augmentOf(recipe: string): Augment {
  const known = augments.get(recipe);
  if (known) return known;
  const made = fromRecipe(JSON.parse(recipe) as Parameters<typeof fromRecipe>[0]); // as `augment.recipe` was written
  augments.set(recipe, made);
  return made;
}

let last: Promise<unknown> = Promise.resolve();

/** Does one task of `createDecoders`, after those that came before it, because the first batch is waited for first. */
export default async function work({images, recipes, options, ...request}: DecodeTask): Promise<unknown> {
  const result = last.then(() => makeViews(images, {...request, augments: recipes.map(augmentOf)}, options));
  last = result.catch(() => undefined);
  return moved(await result);
}

/** Hands the views over instead of copying them. */
function moved(result: ViewsBytes): unknown {
  return move({
    [transferableSymbol]: result.views.map(({buffer}) => buffer),
    [valueSymbol]: result,
  });
}
