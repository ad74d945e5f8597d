import {count, counted, percent, short} from '../../output/words.js';
import type {Calibration} from './calibrate.js';
import type {Decided} from './present.js';

/** The part of all edited copies that may be too far away without a word of advice. */
const MOST_FAR = 0.2;

/** What to do where different images come as near as copies do, so that many copies are missed. */
function advise({threshold: {rateOfAll}, misses}: Calibration): Decided {
  const sumOf = (of: 'far' | 'of'): number => Object.values(misses).reduce((sum, one) => sum + one[of], 0);
  if (sumOf('far') <= MOST_FAR * sumOf('of')) return [];
  if (rateOfAll > 1)
    return [['advice', 'different images come nearer than copies do: train the encoder longer, or on more images']];
  const enough = Math.ceil(1000 * rateOfAll - 1e-9) / 1000;
  const why = 'many copies whose pixels agree are too far by their features';
  return [['advice', `${why}; --false-alarms ${enough} finds them, and what else comes is sorted out by pixels`]];
}

/** A warning beside groups, where most of the copies that were tried are missed: then features tell hardly anything. */
export function doubt({misses}: Calibration): string {
  const all = Object.values(misses);
  const [missed, of] = [all.reduce((sum, one) => sum + one.missed, 0), all.reduce((sum, one) => sum + one.of, 0)];
  return 2 * missed <= of
    ? ''
    : `\nLook before you act: ${percent(missed / of)} of the copies that were tried are missed, so the features of ` +
        'this encoder tell images hardly apart.';
}

/** What was decided, in words: a label and what is said of it. */
export function explain(calibration: Calibration, rate: number): Decided {
  const {threshold, tried, misses} = calibration;
  const {similarity, likeness: least, falseAlarms} = threshold;
  const told = Object.entries(misses).map(
    ([edit, {missed, of}]) => `${edit}: ${missed} of ${of} (${percent(missed / Math.max(1, of))})`,
  );
  const smallest = 1 / tried;
  const few = rate < smallest ? `; ${count(tried)} images are too few to tell rates below ${short(smallest)}` : '';
  return [
    ['similarity', `at least ${similarity.toFixed(5)}, and pixels that agree by at least ${least.toFixed(3)}`],
    [
      'false alarms',
      `${counted(falseAlarms, 'time')} another image was as near as a copy, of ${count(tried)} images ` +
        `tried: ${short(falseAlarms / tried)} for each image, ${short(rate)} are allowed; comparing pixels sorts ` +
        `such pairs out${few}`,
    ],
    ['missed', told.join('; ')],
    ...advise(calibration),
  ];
}
