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

function entryOf(path: string, given: unknown, i: number, testRows: number): ProbeEntry {
  const {encoder, classifier, labels, accuracy, low, high} = fieldsOf(given);
  const name = (field: string) => `entries[${i}].${field}`;
  if (typeof encoder !== 'string') throw wrong(path, 'text', name('encoder'), encoder);
  if (typeof classifier !== 'string') throw wrong(path, 'text', name('classifier'), classifier);
  if (!isCount(labels)) throw wrong(path, 'an integer from 0 on', name('labels'), labels);
  if (!isShare(accuracy)) throw wrong(path, 'a number from 0 to 1', name('accuracy'), accuracy);
  const given_ = isShare(low) && isShare(high);
  const interval = given_ ? {low, high} : wilsonInterval(Math.round(accuracy * testRows), testRows);
  return {encoder, classifier, labels, accuracy, low: interval.low, high: interval.high};
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
 * Checks the results of a run's probes, as `probe.json` has them: `{testRows, entries: [{encoder, classifier, labels,
 * accuracy, low?, high?}], confusion?: {by, classNames, counts}}`, where accuracies are in [0, 1]. An entry without an
 * interval gets Wilson's of 95 %.
 *
 * @param path The file, for messages.
 * @throws `RangeError` for a field that is missing or out of range.
 */
export function readProbe(path: string, given: object): ProbeData {
  const {testRows, entries, confusion} = fieldsOf(given);
  if (!isCount(testRows) || testRows === 0) throw wrong(path, 'an integer from 1 on', 'testRows', testRows);
  if (!Array.isArray(entries)) throw wrong(path, 'a list', 'entries', entries);
  return {
    testRows,
    entries: entries.map((entry, i) => entryOf(path, entry, i, testRows)),
    ...(confusion !== undefined && {confusion: confusionOf(path, confusion)}),
  };
}
