import {show} from '@contrastive/internal';
import {wilsonInterval} from '@contrastive/linear-probe';
import type {ConfusionData, ProbeData, ProbeEntry} from '../data.js';

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields => Object(value) as Fields;

/** Says what is wrong with a file of results. */
const wrong = (path: string, expected: string, name: string, got: unknown): RangeError =>
  new RangeError(`collectReport: expected ${expected} as ${name} of ${path}, got ${show(got)}; measure the run again.`);

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isShare = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1;

/** Whose features rows of the file are of, as the report calls them; other names stay. */
const encoders = new Map([['raw pixels', 'raw']]);

/** What the scores of a row are called on the page. */
const classifiers = {classifier: 'linear classifier', neighbours: 'nearest neighbours'} as const;

/** One score of a row, with Wilson's interval where it has none. */
function scoreOf(path: string, name: string, given: unknown, testRows: number) {
  const {accuracy, interval} = fieldsOf(given);
  if (!isShare(accuracy)) throw wrong(path, 'a number from 0 to 1', `${name}.accuracy`, accuracy);
  if (interval === undefined) return {accuracy, ...wilsonInterval(Math.round(accuracy * testRows), testRows)};
  if (!Array.isArray(interval) || interval.length !== 2 || !interval.every(isShare))
    throw wrong(path, 'two numbers from 0 to 1', `${name}.interval`, interval);
  const [low, high] = interval;
  return {accuracy, low, high};
}

/** The entries of a row: one for each score that it has. */
function entriesOf(path: string, row: unknown, i: number, testRows: number): ProbeEntry[] {
  const {features, labels, ...scores} = fieldsOf(row);
  if (typeof features !== 'string') throw wrong(path, 'text', `rows[${i}].features`, features);
  if (!isCount(labels)) throw wrong(path, 'an integer from 0 on', `rows[${i}].labels`, labels);
  const encoder = encoders.get(features) ?? features;
  return Object.entries(classifiers).flatMap(([field, classifier]) => {
    if (scores[field] === undefined) return [];
    const {accuracy, low, high} = scoreOf(path, `rows[${i}].${field}`, scores[field], testRows);
    return [{encoder, classifier, labels, accuracy, low, high}];
  });
}

function confusionOf(path: string, given: unknown): ConfusionData {
  const {by, classNames, counts} = fieldsOf(given);
  if (typeof by !== 'string') throw wrong(path, 'text', 'confusion.by', by);
  if (!Array.isArray(classNames) || !classNames.every(name => typeof name === 'string'))
    throw wrong(path, 'a list of text', 'confusion.classNames', classNames);
  const cells = classNames.length ** 2;
  if (!Array.isArray(counts) || counts.length !== cells || !counts.every(isCount))
    throw wrong(path, `${cells} integers from 0 on`, 'confusion.counts', counts);
  return {by, classNames, counts};
}

/**
 * Checks the results of a run's probes, as the command `probe` writes them into `probe.json`: `{testImages, rows:
 * [{features, labels, classifier?: {accuracy, interval?}, neighbours?: {accuracy, interval?}}]}`, where accuracies and
 * the two ends of intervals are in [0, 1], and besides `confusion?: {by, classNames, counts}`.
 *
 * @param path The file, for messages.
 * @throws `RangeError` for a field that is missing or out of range.
 */
export function readProbe(path: string, given: object): ProbeData {
  const {testImages, rows, confusion} = fieldsOf(given);
  if (!isCount(testImages) || testImages === 0) throw wrong(path, 'an integer from 1 on', 'testImages', testImages);
  if (!Array.isArray(rows)) throw wrong(path, 'a list', 'rows', rows);
  return {
    testRows: testImages,
    entries: rows.flatMap((row, i) => entriesOf(path, row, i, testImages)),
    ...(confusion !== undefined && {confusion: confusionOf(path, confusion)}),
  };
}
