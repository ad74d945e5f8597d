import {createRandom} from '@contrastive/augment';
import type {Source} from '@contrastive/data';
import {imageFiles} from '@contrastive/image-files';
import {extractFeatures, nearest, selectRows, type PreparedBank} from '@contrastive/linear-probe';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import type {Indexed} from '../../data/feature-index.js';
import type {Output} from '../../output/output.js';
import {UsageError} from '../../program/usage-error.js';
import {editedCopies, editNames, type Edit} from './edits.js';
import {likeness, readSmall} from './likeness.js';
import {chooseThreshold, isDuplicate, type Near, type Threshold} from './threshold.js';

/** Two copies of an image, each edited in another way: both may be among the images, and the original not. */
const TWO = 'two of them';

/** An edited copy beside its original, or beside another copy. */
type Tried = Near & {readonly edit: Edit | typeof TWO};

/** How many edited copies would be missed. */
interface Misses {
  readonly missed: number;
  /** Those of them of which the pixels agree: they are too far by their features. */
  readonly far: number;
  /** Copies in all. */
  readonly of: number;
}

/** What was found out on the user's own images. */
export interface Calibration {
  readonly threshold: Threshold;
  /** Images to which others were compared. */
  readonly tried: number;
  /** Of the edited copies of each kind, how many would be missed. */
  readonly misses: Readonly<Record<Tried['edit'], Misses>>;
}

/** Images to which others are compared, images that are edited, and neighbours of each that are looked at. */
const [TRIED, EDITED, NEIGHBOURS] = [1000, 120, 12];

/** Images that are edited at a time. */
const AT_ONCE = 8;

/** Keeps the choice of images apart from others by the same seed. */
const TRIAL_STREAM = 0xd0b1;

/** What is tried. */
interface Trial {
  readonly source: Source;
  readonly bank: Indexed;
  /** Rows of the bank. */
  readonly rows: readonly number[];
  readonly seed: number;
}

const cosine = (one: Float32Array, other: Float32Array): number => {
  let [product, a, b] = [0, 0, 0];
  for (let i = 0; i < one.length; i++) {
    product += one[i] * other[i];
    a += one[i] * one[i];
    b += other[i] * other[i];
  }
  return product / (Math.sqrt(a * b) || 1);
};

const rowOf = ({data, columns}: Pick<Indexed, 'data' | 'columns'>, row: number): Float32Array =>
  data.subarray(row * columns, (row + 1) * columns);

/** How near the edited copies of some images come to their originals, and to each other. */
async function nearOfSome(encoder: LayersModel, {source, bank, rows, seed}: Trial): Promise<Tried[]> {
  const indices = rows.map(row => bank.indices[row]);
  const copies = await editedCopies(source, indices, seed);
  if (copies.length === 0) return []; // they went meanwhile
  const edited = await imageFiles(
    copies.map(({image}) => image),
    {channels: source.channels, workers: 0}, // threads would take longer to start
  );
  try {
    const features = await extractFeatures(encoder, edited, {batchSize: 64});
    const [originals, changed] = [await readSmall(source, indices), await readSmall(edited, features.indices)];
    const all = Array.from(features.indices, (copy, row) => ({
      ...copies[copy],
      features: rowOf(features, row),
      small: changed.get(copy),
    }));
    return rows.flatMap((row, of) => {
      const original = {edit: undefined, features: rowOf(bank, row), small: originals.get(indices[of])};
      const [first, ...others] = [original, ...all.filter(copy => copy.of === of)];
      const pairs = others.flatMap((one, i) => [
        [first, one] as const,
        ...others.slice(i + 1).map(two => [one, two] as const),
      ]);
      return pairs.flatMap(([one, other]) => {
        if (one.small === undefined || other.small === undefined) return [];
        const edit = one.edit === undefined ? other.edit : TWO;
        return [{edit, similarity: cosine(one.features, other.features), likeness: likeness(one.small, other.small)}];
      });
    });
  } finally {
    await edited.close();
  }
}

/** The same of many images, a few at a time: copies of photographs are large. */
async function nearOfEdits(encoder: LayersModel, trial: Trial, onDone: (done: number) => void): Promise<Tried[]> {
  const found: Tried[] = [];
  const {rows} = trial;
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    found.push(...(await nearOfSome(encoder, {...trial, rows: rows.slice(from, from + AT_ONCE)})));
    onDone(Math.min(from + AT_ONCE, rows.length));
  }
  if (found.length > 0) return found;
  throw new UsageError(
    'contrastive duplicates: expected images that can be read, got none any more; look at the folder.',
  );
}

/** How near other images come to some. */
async function nearOfOthers(
  source: Source,
  bank: PreparedBank<Indexed>,
  rows: readonly number[],
  least: number,
): Promise<Near[]> {
  const {features} = bank;
  const {rows: found, similarities, count} = await nearest(bank, selectRows(features, rows), NEIGHBOURS + 1);
  const pairs = rows.flatMap((row, i) =>
    Array.from({length: count}, (_, place) => i * count + place)
      .filter(at => found[at] !== row && similarities[at] >= least)
      .map(at => ({one: features.indices[row], other: features.indices[found[at]], similarity: similarities[at]})),
  );
  const small = await readSmall(
    source,
    pairs.flatMap(({one, other}) => [one, other]),
  );
  return pairs.flatMap(({one, other, similarity}) => {
    const [ours, theirs] = [small.get(one), small.get(other)];
    return ours && theirs ? [{similarity, likeness: likeness(ours, theirs)}] : [];
  });
}

/**
 * Finds out on the user's own images what counts as a pair of duplicates, and what that misses.
 * At the given rate different images may come as near, for each image.
 */
export async function calibrate(
  encoder: LayersModel,
  source: Source,
  bank: PreparedBank<Indexed>,
  {rate, seed}: {readonly rate: number; readonly seed: number},
  output: Output,
): Promise<Calibration> {
  const order = createRandom(seed, TRIAL_STREAM).permutation(bank.features.rows);
  const rows = Array.from(order.subarray(0, TRIED));
  const some = rows.slice(0, EDITED);
  const progress = output.progress({about: 'Trying edits', total: some.length, unit: 'images'});
  try {
    const edits = await nearOfEdits(encoder, {source, bank: bank.features, rows: some, seed}, done => {
      progress.update(done);
    });
    const least = Math.min(...edits.map(({similarity}) => similarity));
    const others = await nearOfOthers(source, bank, rows, least);
    const threshold = chooseThreshold(edits, others, rows.length, rate);
    const misses = Object.fromEntries(
      [...editNames, TWO].map(name => {
        const all = edits.filter(({edit}) => edit === name);
        const missed = all.filter(one => !isDuplicate(one, threshold));
        const far = missed.filter(one => one.likeness >= threshold.likeness);
        return [name, {missed: missed.length, far: far.length, of: all.length}];
      }),
    ) as Calibration['misses']; // of all names
    return {threshold, tried: rows.length, misses};
  } finally {
    progress.stop();
  }
}
