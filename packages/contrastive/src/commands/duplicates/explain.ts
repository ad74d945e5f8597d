import {count, percent, short} from '../../output/words.js';
import type {Calibration} from './calibrate.js';
import type {Decided} from './present.js';

/** The part of all edited copies that may be missed without a word of advice. */
const MOST_MISSED = 0.2;

/** What was decided, in words: a label and what is said of it. */
export function explain({threshold, tried, misses}: Calibration, rate: number): Decided {
  const {similarity, likeness: least, falseAlarms, rateOfAll} = threshold;
  const missed = Object.entries(misses).map(
    ([edit, {missed, of}]) => `${edit}: ${missed} of ${of} (${percent(missed / Math.max(1, of))})`,
  );
  const sumOf = (of: 'missed' | 'of'): number => Object.values(misses).reduce((sum, one) => sum + one[of], 0);
  const enough = short(Math.ceil(1000 * rateOfAll) / 1000);
  const advice =
    sumOf('missed') > MOST_MISSED * sumOf('of') && rateOfAll > rate
      ? `different images come as near as copies do: --false-alarms ${enough} finds these copies too; pixels are ` +
        'compared all the same'
      : undefined;
  const smallest = 1 / tried;
  const few = rate < smallest ? `; ${count(tried)} images are too few to tell rates below ${short(smallest)}` : '';
  return [
    ['similarity', `at least ${similarity.toFixed(5)}, and pixels that agree by at least ${least.toFixed(3)}`],
    [
      'false alarms',
      `${count(falseAlarms)} different images come as near to ${count(tried)} that were tried: ` +
        `${short(falseAlarms / tried)} per image, ${short(rate)} allowed; comparing pixels removes such pairs${few}`,
    ],
    ['missed', missed.join('; ')],
    ...(advice === undefined ? [] : [['advice', advice] as const]),
  ];
}
