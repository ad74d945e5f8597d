import {show} from '@contrastive/internal';
import type {StepRecord} from '../../record.js';
import {numbersOf} from '../checkpoint/save-checkpoint.js';
import type {Retention} from '../checkpoint/retention.js';

/** Options of `train` that a run has itself, and what to do instead. */
const OWN = {
  method: 'that of openRun is trained',
  optimizer: 'that of openRun is used',
  flushEvery: 'give saveEvery to openRun',
  signal: 'leave the loop with break, which saves',
  startStep: 'give ...run.resume to twoViews',
  communicator: 'that of openRun is used',
} as const;

/** What `run.train` is given, also by JavaScript. */
type Given = Readonly<Partial<Record<keyof typeof OWN, unknown>>> & {readonly views?: {readonly startStep?: number}};

/**
 * Throws for options that a run has itself, and for views that do not begin where it goes on.
 *
 * @param next The step that comes next.
 */
export function checkTrain(options: Given, next: number): void {
  const given = Object(options) as Given;
  for (const [name, instead] of Object.entries(OWN)) {
    const value = given[name as keyof typeof OWN];
    if (value === undefined) continue;
    throw new TypeError(`run.train: expected options without ${name}, got ${show(value)}; leave it out: ${instead}.`);
  }
  const begin = given.views?.startStep;
  if (begin === undefined || begin === next) return;
  throw new RangeError(
    `run.train: expected views from step ${next} on, where the run stands, got views from step ${begin} on; give ` +
      '...run.resume to twoViews.',
  );
}

/**
 * Throws where the first record lacks what the best checkpoint is chosen by.
 *
 * @param metricsEvery How often there are metrics; a step between them lacks them rightly.
 */
export function checkBest(record: StepRecord, best: Retention['best'], metricsEvery = 0): void {
  const numbers = numbersOf(record);
  if (best === undefined || Object.hasOwn(numbers, best.metric)) return;
  if (metricsEvery > 0 && record.metrics === undefined) return;
  const names = Object.keys(numbers).join(', ');
  const remedy = metricsEvery > 0 ? 'give one of these' : 'give run.train metricsEvery: 20, which adds others';
  throw new RangeError(`openRun: expected a metric among ${names} as best.metric, got ${best.metric}; ${remedy}.`);
}
