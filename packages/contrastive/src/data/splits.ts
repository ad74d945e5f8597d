import {split, type Source} from '@contrastive/data';
import type {Preparation} from '@contrastive/augment';
import {UsageError} from '../program/usage-error.js';
import {checkData, hasTest, openIndexed} from './open-data.js';

/** What the user says of images with labels. */
export interface SplitsTold {
  readonly train: string;
  readonly test?: string;
  readonly testShare?: number;
  readonly seed?: number;
  readonly workers?: number;
}

/** Labelled images to learn from, and others to be judged by. */
export interface Splits {
  readonly train: Source;
  readonly test: Source;
  /** Closes what was opened. */
  close(): Promise<void>;
}

/** Throws unless images have labels, of classes that the others have. */
function checkLabels(where: string, name: string, {labels}: Source): void {
  if (labels !== undefined && new Set(labels).size > 1) return;
  throw new UsageError(
    `${where}: expected images of two classes or more as ${name}, got ${labels ? 'one class' : 'no labels'}; ` +
      'put the images of each class into a folder of its own.',
  );
}

/**
 * What the judging images are, where they are not a share of the same; throws unless it is said what judges, and all is
 * there: to be asked before TensorFlow is started.
 *
 * @param where What messages begin with.
 * @throws UsageError.
 */
export function checkSplits(where: string, {train, test, testShare}: SplitsTold): string | undefined {
  if (test !== undefined && testShare !== undefined)
    throw new UsageError(`${where}: expected --test or --test-share, got both; give one.`);
  const other = test ?? (testShare === undefined && hasTest(where, train) ? train : undefined);
  if (other === undefined && testShare === undefined) {
    throw new UsageError(
      `${where}: expected images to be judged by as --test, got none; give some, or --test-share 0.2 of --train.`,
    );
  }
  for (const spec of other === undefined ? [train] : [train, other]) checkData(where, spec);
  return other;
}

/**
 * Opens labelled images and those that judge: of the other split where a data set has one, of another folder, or a
 * share of the same.
 *
 * @param where What messages begin with.
 * @throws UsageError when it is not said what judges, or labels are missing or differ.
 */
export async function openSplits(
  where: string,
  told: SplitsTold,
  {channels}: Pick<Preparation, 'channels'>,
): Promise<Splits> {
  const {train: spec, testShare, seed = 1, workers} = told;
  const options = {channels, ...(workers !== undefined && {workers})};
  const other = checkSplits(where, told);
  const {source, spec: same} = await openIndexed(where, spec, {...options, split: 'train'});
  const opened = [source];
  const close = async (): Promise<void> => {
    for (const one of opened) await one.close();
  };
  try {
    checkLabels(where, '--train', source);
    if (other === undefined) {
      const [train, judged] = split(source, 1 - (testShare ?? 0), {seed});
      return {train, test: judged, close};
    }
    const judging = await openIndexed(where, other, {...options, split: 'test'});
    opened.push(judging.source);
    if (judging.spec === same && !hasTest(where, spec)) {
      throw new UsageError(
        `${where}: expected other images than those of --train as --test, got the same; give --test-share 0.2 instead.`,
      );
    }
    checkLabels(where, '--test', judging.source);
    checkClasses(where, source, judging.source);
    return {train: source, test: judging.source, close};
  } catch (error) {
    await close();
    throw error;
  }
}

/** Throws where the classes of both have other names: their numbers would mean other things. */
function checkClasses(where: string, {classNames: ours = []}: Source, {classNames: theirs = []}: Source): void {
  const [known, found] = [ours, theirs].map(names => names.join('\n'));
  if (known === found) return;
  const missing = theirs.find(name => !ours.includes(name)) ?? ours.find(name => !theirs.includes(name));
  throw new UsageError(
    `${where}: expected the same classes in --train and --test, got ${missing ?? 'another order'} in one only; ` +
      'give both the same folders.',
  );
}
