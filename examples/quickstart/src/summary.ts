import {count, percent} from '@contrastive/example';
import * as tf from '@tensorflow/tfjs-core';
import type {Settings} from './settings.js';

/** The encoders that are compared, from no network to the trained one, with the words that a reader sees. */
export const encoders = {raw: 'Raw pixels', untrained: 'Untrained', trained: 'Trained'} as const;

/** Key of an encoder in `summary.json`. */
export type EncoderName = keyof typeof encoders;

/** The keys of `encoders`, in their order. */
export const encoderNames: readonly EncoderName[] = ['raw', 'untrained', 'trained'];

/** Percent of test images classified right, by number of labels (`'100'`, `'1000'`, `'10000'`), for each encoder. */
export type Scores = Readonly<Record<EncoderName, Readonly<Record<string, number>>>>;

/** What a run leaves in `summary.json`. */
export interface Summary {
  /** Whether this was only a run of seconds, whose figures mean nothing. */
  readonly smoke: boolean;
  /** Decided every random number. */
  readonly seed: number;
  /** Where it was computed, by TensorFlow.js's name. */
  readonly backend: string;
  /** `gpu` or `cpu`. */
  readonly device: string;
  /** Versions of what computed it, by name. */
  readonly versions: Readonly<Record<string, string>>;
  /** The settings, with the epochs that were run. */
  readonly settings: Settings;
  /** How long the parts took; `total` is their sum. */
  readonly seconds: {readonly setup: number; readonly train: number; readonly evaluate: number; readonly total: number};
  /** Logistic regression on frozen features. */
  readonly probe: Scores;
  /** Nearest neighbours on frozen features. */
  readonly knn: Scores;
}

/** The numbers of labels that were measured, ascending. */
export function labelBudgets(scores: Scores): string[] {
  return Object.keys(scores.trained).sort((a, b) => Number(a) - Number(b));
}

function list(budgets: readonly string[]): string {
  const words = budgets.map(budget => count(Number(budget)));
  return `${words.length > 1 ? `${words.slice(0, -1).join(', ')} and ` : ''}${words.at(-1) ?? ''} labels`;
}

/** In a sentence or two what the figures of logistic regression mean, also when they are not what one hoped for. */
export function meaning({smoke, probe}: Pick<Summary, 'smoke' | 'probe'>): string {
  if (smoke) return 'This was a smoke run: the figures say that everything works, and nothing about the method.';
  const {raw, untrained, trained} = probe;
  const rival = (budget: string) => Math.max(raw[budget], untrained[budget]);
  const budgets = labelBudgets(probe);
  const ahead = budgets.filter(budget => trained[budget] > rival(budget));
  const behind = budgets.filter(budget => !ahead.includes(budget));
  if (behind.length === 0)
    return (
      'With every number of labels the encoder that learned without labels beats raw pixels and the untrained ' +
      'network.'
    );
  const won =
    ahead.length > 0
      ? `With ${list(ahead)} the encoder that learned without labels beats raw pixels and the untrained network.`
      : 'The trained encoder is not the best yet: train for longer, for example with --epochs 30.';
  const lost = behind.map(budget => {
    const winner = raw[budget] >= untrained[budget] ? 'raw pixels' : 'the features of the untrained network';
    const how = rival(budget) === trained[budget] ? 'do as well' : 'are still ahead';
    return `With ${list([budget])} ${winner} ${how}: ${percent(rival(budget))} against ${percent(trained[budget])}.`;
  });
  return [won, ...lost].join('\n');
}

/** Versions of what computed a run. */
export function versionsOf({name, version}: {readonly name: string; readonly version: string}): Record<string, string> {
  return {node: process.versions.node, tfjs: tf.version_core, [name]: version};
}

const nameWidth = 20;
const columnWidth = 16;

/** Strengthens text where the terminal can. */
function strong(text: string, color: boolean): string {
  return color ? `\x1b[1m${text}\x1b[22m` : text;
}

function rows(title: string, scores: Scores, color: boolean): string[] {
  const budgets = labelBudgets(scores);
  const best = budgets.map(budget => Math.max(...encoderNames.map(encoder => scores[encoder][budget])));
  const cells = (encoder: EncoderName) =>
    budgets.map((budget, i) => {
      const score = scores[encoder][budget];
      return strong(percent(score).padStart(columnWidth), color && score === best[i]);
    });
  return [
    strong(title.padEnd(nameWidth), color) +
      budgets.map(budget => `${count(Number(budget))} labels`.padStart(columnWidth)).join(''),
    ...encoderNames.map(encoder => `  ${encoders[encoder]}`.padEnd(nameWidth) + cells(encoder).join('')),
  ];
}

/** The table of a run: percent of test images classified right; with `color` the best of each column is bold. */
export function resultsTable(probe: Scores, knn: Scores, color = false): string {
  return [...rows('Logistic regression', probe, color), '', ...rows('Nearest neighbours', knn, color)].join('\n');
}
