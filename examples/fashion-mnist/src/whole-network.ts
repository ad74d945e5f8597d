import {fineTune, type FineTuneRecipe} from '@contrastive/linear-probe';
import * as tf from '@tensorflow/tfjs-core';
import {classCountOf, measured, percentOf, type Column} from './column.js';
import {labelsOf} from './pictures.js';
import type {Start} from './starts.js';

/** Networks that have seen no labels. */
const unlabelled: Column['has'] = kind => kind !== 'raw pixels' && kind !== 'supervised';

/** Classes by the classifier that was trained with the encoder. */
async function ownAnswers(start: Start): Promise<Int32Array | undefined> {
  const head = await start.head();
  if (head === undefined) return undefined;
  const {data, rows, columns} = (await start.features()).test;
  const classes = tf.tidy(() => tf.argMax(head.apply(tf.tensor2d(data, [rows, columns])) as tf.Tensor2D, 1));
  try {
    return Int32Array.from(await classes.data());
  } finally {
    classes.dispose();
  }
}

/** The whole network on labels; of the supervised one, what its own training came to. */
export function wholeNetwork(share: number, recipe: FineTuneRecipe, epochSteps: number): Column {
  const trials = recipe.learningRates.length > 1 ? recipe.learningRates.length * 0.8 : 0;
  return {
    name: share === 1 ? 'fine-tuned' : `fine-tuned, ${percentOf(share)}`,
    settings: {recipe},
    has: share === 1 ? kind => kind !== 'raw pixels' : unlabelled,
    cost: (recipe.steps ?? (recipe.epochs ?? 1) * Math.max(1, Math.floor(share * epochSteps))) * (1 + trials),
    async run(start, pictures, {seed, signal}) {
      const own = await ownAnswers(start);
      if (own) return measured(own, labelsOf(pictures.test), classCountOf(pictures));
      const encoder = await start.encoder();
      if (encoder === null) throw new TypeError('fashion-mnist: expected a network to fine-tune, got raw pixels.');
      const {train, validation, whole, test} = pictures;
      // Of few labels some are held out to choose by: more of them for that would not be few any more.
      const images = share === 1 ? {train, validation} : {train: whole};
      const result = await fineTune({encoder, ...images, test, recipe, seed, ...(signal && {signal})});
      result.dispose();
      return measured(result.predictions, result.labels, classCountOf(pictures), result.chosen);
    },
  };
}
