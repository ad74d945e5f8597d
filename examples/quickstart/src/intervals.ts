import {wilsonInterval} from '@contrastive/linear-probe';
import type {EncoderName, Figures, LabelScores, Scores} from './figures.js';

/** Where a figure lies for other test images in 95 % of cases, in percent: Wilson's interval. */
interface Interval {
  readonly low: number;
  readonly high: number;
}

/** An interval for each figure. */
export interface Intervals {
  readonly probe: Readonly<Record<EncoderName, Readonly<Record<string, Interval>>>>;
  readonly knn: Readonly<Record<EncoderName, Readonly<Record<string, Interval>>>>;
  readonly supervised: Readonly<Record<string, Interval>>;
}

/** The interval of a percentage of the test images. */
export function intervalOf(score: number, testImages: number): Interval {
  const {low, high} = wilsonInterval(Math.round((score / 100) * testImages), testImages);
  return {low: 100 * low, high: 100 * high};
}

/** With two digits, as figures have. */
const rounded = ({low, high}: Interval): Interval => ({
  low: Math.round(100 * low) / 100,
  high: Math.round(100 * high) / 100,
});

/** The intervals of all figures. */
export function intervalsOf({probe, knn, supervised, testImages}: Figures): Intervals {
  const each = <T, R>(of: Readonly<Record<string, T>>, map: (value: T) => R) =>
    Object.fromEntries(Object.entries(of).map(([key, value]) => [key, map(value)]));
  const ofLabels = (scores: LabelScores) => each(scores, score => rounded(intervalOf(score, testImages)));
  const ofEncoders = ({raw, untrained, trained}: Scores) => ({
    raw: ofLabels(raw),
    untrained: ofLabels(untrained),
    trained: ofLabels(trained),
  });
  return {probe: ofEncoders(probe), knn: ofEncoders(knn), supervised: ofLabels(supervised)};
}
