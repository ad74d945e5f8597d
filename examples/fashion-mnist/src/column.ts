import {confusionMatrix, wilsonInterval, type TransferMeasure, type TransferProtocol} from '@contrastive/linear-probe';
import type {Pictures} from './pictures.js';
import type {Kind, Start} from './starts.js';

/** A column of the table. */
export interface Column extends TransferProtocol<Start, Pictures> {
  /** Whether it has a figure for this start, with the first seed or another. */
  readonly has: (kind: Kind, first: boolean) => boolean;
  /** What it costs about, in steps of the supervised training. */
  readonly cost: number;
}

/** What is kept beside a figure. */
export interface Details {
  /** Test images whose class was found. */
  readonly right: number;
  readonly rows: number;
  /** How often each class was taken for each, row after row. */
  readonly confusion: readonly number[];
  /** What was chosen on held-out images. */
  readonly chosen?: object;
}

/** Accuracy with Wilson's interval, and what was taken for what. */
export function measured(
  predictions: Int32Array,
  labels: Int32Array,
  classCount: number,
  chosen?: object,
): TransferMeasure {
  const classes = Int32Array.from({length: classCount}, (_, label) => label);
  const {counts} = confusionMatrix(predictions, labels, {classes});
  const right = classes.reduce((sum, label) => sum + counts[label * (classCount + 1)], 0);
  const rows = labels.length;
  const {low, high} = wilsonInterval(right, rows);
  const details: Details = {right, rows, confusion: Array.from(counts), ...(chosen && {chosen})};
  return {value: right / rows, interval: {low, high}, details};
}

/** How many classes there are to tell apart. */
export const classCountOf = ({whole}: Pictures): number => whole.classNames?.length ?? 0;

/** A share of the labels, in words. */
export const percentOf = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;

/** Whether a column, by its name, is of part of the labels. */
export const ofFewLabels = (name: string): boolean => name.endsWith(' %');
