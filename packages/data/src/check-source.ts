import {checkValue, imageChannels, integer, kind, show, type Rule} from '@contrastive/internal';
import type {Source, ViewsBytes} from './source.js';

/** What has the functions of a source; JavaScript callers may give anything. */
export const sourceRule: Rule = kind(
  'a source of images',
  value => {
    const {length, views} = Object(value) as Partial<Record<keyof Source, unknown>>;
    return typeof length === 'number' && typeof views === 'function';
  },
  'make one by fromArrays, fromImages or @contrastive/image-files',
);

/**
 * Throws unless this is a source of images with indices, as its contract has it: for functions that take one.
 *
 * @param where Whose argument it is: what the message begins with.
 * @throws TypeError for anything else (a stream, a promise) and for labels that are not an Int32Array, RangeError for a
 * length or channels out of range, and for another number of labels.
 * @example
 * checkSource('embed', source);
 */
export function checkSource(where: string, source: Source, name = 'source'): void {
  if (typeof (Object(source) as {samples?: unknown}).samples === 'function') {
    throw new TypeError(
      `${where}: expected a source of images with indices as ${name}, got a stream; open the images as a folder or ` +
        'parquet, or collect them with fromArrays.',
    );
  }
  checkValue(where, name, source, sourceRule);
  const {length, channels} = source;
  checkValue(where, `length of ${name}`, length, integer({least: 0}));
  checkValue(where, `channels of ${name}`, channels, imageChannels);
  const labels: unknown = source.labels;
  if (labels === undefined) return;
  if (!(labels instanceof Int32Array))
    throw new TypeError(
      `${where}: expected an Int32Array as labels of ${name}, got ${show(labels)}; convert by ` +
        'Int32Array.from(labels, Number).',
    );
  if (labels.length !== length)
    throw new RangeError(`${where}: expected ${length} labels of ${name}, one an image, got ${labels.length}.`);
}

/**
 * Throws unless a source gave what was asked for: whoever wrote it, no other bytes become images.
 *
 * @param count How many images were asked for.
 * @throws TypeError that says what was expected and what came.
 */
export function checkGiven(where: string, given: ViewsBytes, augments: number, count: number, channels: number): void {
  const wrong = (expected: string, got: unknown, todo = 'mend its views') =>
    new TypeError(`${where}: expected ${expected} of the source, got ${show(got)}; ${todo}.`);
  const {views, sizes, bad} = Object(given) as Partial<Record<keyof ViewsBytes, unknown>>;
  const lists = [views, sizes, bad];
  if (!lists.every(Array.isArray) || given.views.length !== augments || given.sizes.length !== augments)
    throw wrong(`{views, sizes, bad} with ${augments} views and sizes`, given);
  given.sizes.forEach(([height, width], view) => {
    const bytes: unknown = given.views[view];
    const expected = count * height * width * channels;
    const what = `a Uint8Array of ${count} x ${height} x ${width} x ${channels} bytes as view ${view}`;
    if (!(bytes instanceof Uint8Array)) throw wrong(what, bytes, 'its numbers are from 0 to 255');
    if (bytes.length !== expected) throw wrong(what, bytes.length);
  });
  const position = given.bad.find(
    one => !(Number.isInteger(one.position) && one.position >= 0 && one.position < count),
  );
  if (position) throw wrong(`positions of bad images from 0 to ${count - 1}`, position.position);
}

/**
 * The labels of a source that must have them.
 *
 * @param option Of `where`, which asks for them and may be false.
 */
export function labelsOf(where: string, {labels}: Source, option: string): Int32Array {
  if (labels) return labels;
  throw new RangeError(`${where}: expected images with labels as source, got none; give ${option}: false.`);
}
