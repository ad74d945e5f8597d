import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Curve} from './experiment.js';

/** What the log of a run has of a step. */
interface Line {
  readonly step: number;
  /** `null` where it was not finite. */
  readonly loss: number | null;
  readonly metrics?: {readonly contrastiveAccuracy?: number};
  readonly seconds?: Readonly<Record<string, number>>;
}

/** Points of a curve. */
const POINTS = 40;

/** How often a training of so many steps has metrics, for a curve of about 40 points. */
export const metricsEvery = (steps: number): number => Math.max(1, Math.floor(steps / POINTS));

/** Four digits are more than a picture shows. */
const short = (value: number): number => Number(value.toPrecision(4));

/** A step that takes so many times as long as the median stood still: its process, or its machine. */
const PAUSE = 10;

/** What all steps took; of one that stood still, what the median took. */
function secondsOf(lines: readonly Line[]): number {
  const each = lines.map(({seconds = {}}) => Object.values(seconds).reduce((sum, one) => sum + one, 0));
  const median = each.toSorted((a, b) => a - b)[Math.floor(each.length / 2)] ?? 0;
  return each.reduce((sum, one) => sum + (one > PAUSE * median ? median : one), 0);
}

/** What a run's log tells: how its training went, and how long it took, with all its interruptions left out. */
export function readLog(folder: string, steps: number): {readonly curve: Curve; readonly seconds: number} {
  const path = join(folder, 'metrics.jsonl');
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const lines = text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Line); // as the run wrote it
  const every = metricsEvery(steps);
  const shown = lines.flatMap(({step, loss, metrics}) =>
    step % every === 0 && loss !== null ? [{step, loss, accuracy: metrics?.contrastiveAccuracy}] : [],
  );
  return {
    curve: {
      steps: shown.map(({step}) => step),
      loss: shown.map(({loss}) => short(loss)),
      accuracy: shown.map(({accuracy}) => (accuracy === undefined ? null : short(100 * accuracy))),
    },
    seconds: short(secondsOf(lines)),
  };
}
