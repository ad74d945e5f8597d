import {createReadStream} from 'node:fs';
import {createInterface} from 'node:readline';
import {show} from '@contrastive/internal';
import type {Remark, TrainingData} from '../data.js';
import {thin, type Numbers} from './thin.js';

/** What a program may have logged besides, of which nobody wants a chart each. */
const MOST_SERIES = 32;

/** Fields that count or tell the time, and are no curve. */
const notDrawn = new Set(['step', 'epoch', 'secondsElapsed']);

interface Growing extends Numbers {
  readonly steps: number[];
  readonly values: number[];
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The record of a line; throws where it is none. */
function recordOf(path: string, number: number, line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    if (isRecord(value)) return value;
  } catch {
    // told below
  }
  throw new Error(
    `collectReport: expected a record as line ${number} of ${path}, got ${show(line)}; mend the line, or ` +
      'move the file away.',
  );
}

/** Adds a number to the series of its name; JSON has null for what is none. */
function add(all: Map<string, Growing>, name: string, step: number, value: unknown): void {
  if (typeof value !== 'number' && value !== null) return;
  let series = all.get(name);
  if (!series) {
    if (all.size >= MOST_SERIES) return;
    series = {steps: [], values: []};
    all.set(name, series);
  }
  series.steps.push(step);
  series.values.push(value ?? NaN);
}

/**
 * Reads the log of a run, a line of JSON for each step, as `openRun` and `jsonlWriter` of `@contrastive/train/node`
 * write it. Numbers of the record and of its `metrics` become series, those of its `seconds` phases; half a line at the
 * end, which a process leaves that was ended within it, is dropped.
 *
 * @returns Nothing where no step was logged yet.
 * @throws `Error` for a whole line that is not a record, and for a log whose lines have no steps.
 */
export async function readLog(path: string): Promise<TrainingData | undefined> {
  const [series, phases] = [new Map<string, Growing>(), new Map<string, Growing>()];
  const remarks: Remark[] = [];
  let [number, steps, stray, epochs, seconds] = [0, 0, 0, -1, 0];
  let strange = '';
  const take = (line: string): void => {
    const record = recordOf(path, number, line);
    const {step, epoch, remark, metrics, seconds: times} = record;
    if (typeof step !== 'number') {
      stray++;
      strange ||= Object.keys(record).join(', ');
      return;
    }
    steps++;
    if (typeof epoch === 'number') epochs = Math.max(epochs, epoch);
    if (typeof remark === 'string') remarks.push({step, text: remark});
    for (const [name, value] of Object.entries(record)) if (!notDrawn.has(name)) add(series, name, step, value);
    if (isRecord(metrics)) for (const [name, value] of Object.entries(metrics)) add(series, name, step, value);
    if (!isRecord(times)) return;
    for (const [name, value] of Object.entries(times)) {
      add(phases, name, step, value);
      if (typeof value === 'number') seconds += value;
    }
  };
  let before: string | undefined; // is known to be whole when another comes
  for await (const line of createInterface({input: createReadStream(path), crlfDelay: Infinity})) {
    if (before !== undefined) take(before);
    before = line;
    number++;
  }
  if (before !== undefined && isWhole(before)) take(before);
  if (steps === 0 && stray > 0) {
    throw new Error(
      `collectReport: expected lines with a step and numbers in ${path}, got ${stray} lines of ${show(strange)}; ` +
        'give the folder of a run that openRun or jsonlWriter logged.',
    );
  }
  if (steps === 0) return undefined;
  const drawn = (all: Map<string, Growing>) =>
    Array.from(all, ([name, numbers]) => thin(name, numbers)).filter(({mean, dropped}) => mean.length + dropped > 0);
  return {
    steps,
    ...(epochs >= 0 && {epochs: epochs + 1}),
    ...(phases.size > 0 && {seconds}),
    series: drawn(series),
    phases: drawn(phases),
    remarks,
    strayLines: stray,
  };
}

/** Whether a last line is JSON: without a line feed nobody knows otherwise. */
function isWhole(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
