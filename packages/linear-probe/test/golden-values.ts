import {golden} from '@contrastive/testing';
import type {Features} from '@contrastive/linear-probe';

interface GoldenValues {
  readonly logistic: {
    readonly points: number[][];
    readonly labels: number[];
    readonly fits: {
      readonly l2: number;
      readonly loss: number;
      readonly weights: number[][];
      readonly bias: number[];
      readonly predictions: number[];
    }[];
  };
  readonly neighbours: {
    readonly bank: number[][];
    readonly bankLabels: number[];
    readonly queries: number[][];
    readonly queryLabels: number[];
    readonly votes: {readonly k: number; readonly temperature: number; readonly predictions: number[]}[];
  };
  readonly scaling: {
    readonly points: number[][];
    readonly others: number[][];
    readonly mean: number[];
    readonly std: number[];
    readonly scaled: number[][];
  };
  readonly scores: {
    readonly labels: number[];
    readonly predictions: number[];
    readonly accuracy: number;
    readonly meanPerClass: number;
  };
}

export const values = golden(import.meta.url, 'linear-probe') as GoldenValues;

/** Features from rows of numbers. */
export function features(rows: readonly (readonly number[])[], labels?: readonly number[]): Features {
  return {
    data: Float32Array.from(rows.flat()),
    rows: rows.length,
    columns: rows[0].length,
    ...(labels && {labels: Int32Array.from(labels)}),
  };
}
