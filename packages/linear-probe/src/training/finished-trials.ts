import {preparationFor, recipeOf} from '@contrastive/augment';
import type {Source} from '@contrastive/data';
import {checkValue, integer, number, required, text, type Rule, type Rules} from '@contrastive/internal';
import {digestOf} from '../digest.js';
import type {FineTuneTrial} from './fine-tune-options.js';
import type {Setting, TuneOptions} from './tuned.js';
import {fingerprint} from './unchanged.js';

/** What all trials of a sweep have in common. */
export type Sweep = Pick<FineTuneTrial, 'recipe' | 'seed' | 'steps' | 'rows' | 'digest'>;

/**
 * What decides a trial besides its own setting, in 16 hexadecimal digits: recipe, labels, weights of the encoder, views
 * and what is frozen. Pixels, layers without weights and augmentations of a caller's own code are not in it.
 */
export async function sweepDigest(how: TuneOptions, fit: Source, judgedBy: Source): Promise<string> {
  const {encoder, augment, freeze, freezeStatistics, classCount} = how;
  const recipe = {...how.recipe, learningRates: undefined, weightDecays: undefined}; // the same in a larger grid
  return digestOf('fineTune', 'sweep', {
    ...{recipe, freeze, freezeStatistics, classCount},
    weights: await fingerprint(encoder),
    views: recipeOf(augment) ?? preparationFor(augment, fit.channels),
    labels: [fit.labels, judgedBy.labels],
  });
}

const trialRules: Rules<FineTuneTrial> = {
  recipe: text,
  seed: integer(),
  steps: integer({least: 1}),
  rows: integer({least: 1}),
  digest: text,
  learningRate: number({above: 0}),
  weightDecay: number({least: 0}),
  accuracy: number({least: 0, most: 1}),
  crossEntropy: {
    expected: 'a number from 0 on, or null',
    judge: value => (value === null || (Number.isFinite(value) && Number(value) >= 0) ? undefined : 'value'),
  },
};

/** Throws unless this is a trial; what else a caller keeps with it is the caller's. */
function checkTrial(name: string, trial: FineTuneTrial): void {
  for (const [key, rule] of Object.entries(trialRules) as [keyof FineTuneTrial, Rule][])
    checkValue('fineTune', `${name}.${key}`, trial[key], required(rule));
}

/** Whether two settings are the same. */
export const same = (one: Setting, other: Setting): boolean =>
  one.learningRate === other.learningRate && one.weightDecay === other.weightDecay;

/** Throws for trials of another sweep. */
export function checkFinished(finished: readonly FineTuneTrial[], settings: readonly Setting[], sweep: Sweep): void {
  for (const [i, trial] of finished.entries()) {
    checkTrial(`finished[${i}]`, trial);
    const differs = (['recipe', 'seed', 'steps', 'rows'] as const).find(key => trial[key] !== sweep[key]);
    if (differs === undefined && trial.digest === sweep.digest && settings.some(one => same(one, trial))) continue;
    const got =
      differs !== undefined
        ? `${differs} ${trial[differs]} instead of ${sweep[differs]}`
        : trial.digest !== sweep.digest
          ? 'another encoder, recipe, augmentation or freezing, or of other labels'
          : `learning rate ${trial.learningRate} with weight decay ${trial.weightDecay}, which is not in the grid`;
    throw new RangeError(
      `fineTune: expected trials of this sweep as finished, got one of ${got}; give those that this sweep's onTrial ` +
        'gave, or none.',
    );
  }
}
