import {preparationFor} from '@contrastive/augment';
import type {Source} from '@contrastive/data';
import {checkOptions, integer, number, required, text, type Rules} from '@contrastive/internal';
import {digestOf} from '../digest.js';
import type {FineTuneTrial} from './fine-tune-options.js';
import type {Setting, TuneOptions} from './tuned.js';
import {fingerprint} from './unchanged.js';

/** What all trials of a sweep have in common. */
export type Sweep = Pick<FineTuneTrial, 'recipe' | 'seed' | 'steps' | 'rows' | 'digest'>;

/** What decides the trials of a sweep, in 16 hexadecimal digits: all but the pixels, and what code of a caller does. */
export async function sweepDigest(how: TuneOptions, fit: Source, judgedBy: Source): Promise<string> {
  const {encoder, recipe, augment, freeze, freezeStatistics, classCount} = how;
  return digestOf('fineTune', 'sweep', {
    ...{recipe, freeze, freezeStatistics, classCount},
    weights: await fingerprint(encoder),
    views: preparationFor(augment, fit.channels),
    labels: [fit.labels, judgedBy.labels],
  });
}

const trialRules: Rules<FineTuneTrial> = {
  recipe: required(text),
  seed: required(integer()),
  steps: required(integer({least: 1})),
  rows: required(integer({least: 1})),
  digest: required(text),
  learningRate: required(number({above: 0})),
  weightDecay: required(number({least: 0})),
  accuracy: required(number({least: 0, most: 1})),
  crossEntropy: {
    expected: 'a number from 0 on, or null',
    judge: value => (value === null || (Number.isFinite(value) && Number(value) >= 0) ? undefined : 'value'),
  },
};

/** Whether two settings are the same. */
export const same = (one: Setting, other: Setting): boolean =>
  one.learningRate === other.learningRate && one.weightDecay === other.weightDecay;

/** Throws for trials of another sweep. */
export function checkFinished(finished: readonly FineTuneTrial[], settings: readonly Setting[], sweep: Sweep): void {
  for (const trial of finished) {
    checkOptions('fineTune', trial, trialRules);
    const differs = (['recipe', 'seed', 'steps', 'rows'] as const).find(key => trial[key] !== sweep[key]);
    if (differs === undefined && trial.digest === sweep.digest && settings.some(one => same(one, trial))) continue;
    const got =
      differs !== undefined
        ? `${differs} ${trial[differs]} instead of ${sweep[differs]}`
        : trial.digest !== sweep.digest
          ? 'another encoder, recipe, augmentation, freezing or other labels'
          : `learning rate ${trial.learningRate} with weight decay ${trial.weightDecay}, which is not in the grid`;
    throw new RangeError(
      `fineTune: expected trials of this sweep as finished, got one of ${got}; give those that this sweep's onTrial ` +
        'gave, or none.',
    );
  }
}
