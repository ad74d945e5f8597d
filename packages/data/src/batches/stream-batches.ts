import type {Preparation} from '@contrastive/augment';
import {checkValue, inFlight, integer} from '@contrastive/internal';
import {checkGiven} from '../check-source.js';
import type {ViewsBytes} from '../source.js';
import type {StreamSample, StreamSource} from '../stream-source.js';
import type {Views, ViewsPosition} from '../views.js';
import {VIEW_STREAM, type BatchOptions} from './options.js';
import {batchOf, copyRow, emptyLike} from './rows.js';

/** Samples of one pass that are decoded together. */
export interface Group {
  readonly samples: readonly StreamSample[];
  readonly epoch: number;
}

/** A sample that could be used, and where its views are. */
export interface Good {
  readonly sample: StreamSample;
  readonly epoch: number;
  readonly views: ViewsBytes;
  readonly row: number;
}

const labelRule = integer({least: -(2 ** 31), below: 2 ** 31});

/** The number by which the random stream knows an image of a stream: FNV-1a (Fowler, Noll, Vo) of its key. */
function keyNumber(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return hash | 0;
}

/** The samples of all passes, so many at a time. */
export async function* groups(
  source: StreamSource,
  {where, seed, epochs = Infinity, position, batchSize}: BatchOptions,
): AsyncGenerator<Group, void, undefined> {
  let pass = position?.pass;
  for (let epoch = position?.epoch ?? 0; epoch < epochs; epoch++, pass = undefined) {
    let samples: StreamSample[] = [];
    let any = pass !== undefined;
    for await (const sample of source.samples({seed, epoch, ...(pass && {position: pass})})) {
      any = true;
      if (sample.label !== undefined) checkValue(where, `label of ${sample.key}`, sample.label, labelRule);
      samples.push(sample);
      if (samples.length === batchSize) {
        yield {samples, epoch};
        samples = [];
      }
    }
    if (samples.length > 0) yield {samples, epoch};
    if (!any)
      throw new Error(
        `${where}: expected images in the stream, got none; look at its \`bad\`, and at the paths of its shards.`,
      );
  }
}

/** Views of samples of one pass. */
export async function decode(
  source: StreamSource,
  {where, augments, seed}: BatchOptions,
  {samples, epoch}: Group,
): Promise<Group & {readonly views: ViewsBytes}> {
  const keys = Int32Array.from(samples, ({key}) => keyNumber(key));
  const views = await source.views(samples, {keys, augments, stream: [seed, VIEW_STREAM, epoch]});
  checkGiven(where, views, augments.length, samples.length, source.channels);
  return {samples, epoch, views};
}

/** A batch of good samples, whose first is image `start` of the run, which stands at `position` after it. */
export function joined(
  options: BatchOptions,
  channels: number,
  good: readonly Good[],
  start: number,
  {position, preparation}: Required<Pick<Views, 'position' | 'preparation'>>,
): Promise<Views> {
  const bytes = emptyLike(good[0].views, good.length, channels);
  good.forEach(({views, row}, i) => {
    copyRow(views, row, bytes, i, channels);
  });
  const labels = good.map(entry => entry.sample.label);
  return batchOf(bytes, options, channels, {
    indices: Int32Array.from({length: good.length}, (_, i) => start + i),
    keys: good.map(entry => entry.sample.key),
    position,
    preparation,
    ...(labels.every(label => label !== undefined) && {labels: Int32Array.from(labels)}),
  });
}

/** Throws when a whole pass gave no batch, because no other pass would. */
export function checkPass(
  {where, batchSize, position}: BatchOptions,
  epoch: number,
  good: number,
  batches: number,
): void {
  if (batches > 0 || epoch === position?.epoch) return;
  if (good === 0)
    throw new Error(`${where}: expected images that can be used, got none; look at the stream's \`bad\`.`);
  throw new RangeError(
    `${where}: expected images for a batch of ${batchSize} in a pass, got ${good}; use a smaller batch, or ` +
      'dropLast: false.',
  );
}

/**
 * The batches of a run over a stream. What is decoded together need not be a batch: bad images drop out, and the good
 * ones form batches in the order of the pass, so a batch is full whatever is bad, and a run that goes on from a batch's
 * position sees what it would have seen.
 */
export async function* streamBatches(
  source: StreamSource,
  options: BatchOptions,
  preparation: Preparation,
): AsyncGenerator<Views, void, undefined> {
  const {batchSize, steps = Infinity, startStep, position, dropLast, ahead} = options;
  const {channels} = source;

  let step = startStep;
  if (step >= steps) return;
  let index = position?.images ?? 0;
  let present = position?.epoch ?? 0;
  let waiting: Good[] = [];
  let [good, batches] = [0, 0]; // of the present pass
  const take = (count: number): Promise<Views> => {
    const taken = waiting.slice(0, count);
    const {sample, epoch} = taken[count - 1];
    const at: ViewsPosition = {step: step + 1, images: index + count, epoch, pass: sample.position};
    const views = joined(options, channels, taken, index, {position: at, preparation});
    waiting = waiting.slice(count);
    index += count;
    step++;
    batches++;
    return views;
  };
  const last = async function* (): AsyncGenerator<Views, void, undefined> {
    if (!dropLast && waiting.length > 0 && step < steps) yield await take(waiting.length);
    checkPass(options, present, good, batches);
  };
  const made = inFlight(groups(source, options), group => decode(source, options, group), ahead);
  for await (const {samples, epoch, views} of made) {
    if (epoch !== present) {
      yield* last();
      [waiting, present, good, batches] = [[], epoch, 0, 0];
    }
    const bad = new Set(views.bad.map(one => one.position));
    samples.forEach((sample, row) => {
      if (!bad.has(row)) waiting.push({sample, epoch, views, row});
    });
    good += samples.length - bad.size;
    while (waiting.length >= batchSize && step < steps) yield await take(batchSize);
    if (step >= steps) return;
  }
  yield* last();
}
