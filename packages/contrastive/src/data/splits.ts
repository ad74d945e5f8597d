import {split, type Source} from '@contrastive/data';
import type {Preparation} from '@contrastive/augment';
import {counted} from '../output/words.js';
import {typed} from '../program/invoked-as.js';
import {UsageError} from '../program/usage-error.js';
import {checkChannels, checkData, hasTest, openIndexed} from './open-data.js';

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

/** Whether images are known to be of two classes or more. */
export const hasClasses = ({labels}: Source): boolean => new Set(labels).size > 1;

/** Throws unless images have labels, of classes that the others have. */
function checkLabels(where: string, name: string, source: Source): void {
  if (hasClasses(source)) return;
  throw new UsageError(
    `${where}: expected images of two classes or more as ${name}, got ${source.labels ? 'one class' : 'no labels'}; ` +
      'put the images of each class into a folder of its own. Without classes, ' +
      `${typed('contrastive search')} shows what the encoder finds alike.`,
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
  const learning = await openIndexed(where, spec, {...options, split: 'train'});
  const {source, spec: same} = learning;
  const opened = [source];
  const close = async (): Promise<void> => {
    for (const one of opened) await one.close();
  };
  try {
    checkChannels(where, learning, channels);
    checkLabels(where, '--train', source);
    if (other === undefined) return {...parted(where, source, testShare ?? 0, seed), close};
    const judging = await openIndexed(where, other, {...options, split: 'test'});
    opened.push(judging.source);
    checkChannels(where, judging, channels);
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

/** Images to learn from, and a share of them that judges; throws where either has too few. */
function parted(where: string, source: Source, share: number, seed: number): Pick<Splits, 'train' | 'test'> {
  const {length} = source;
  const wrong = (got: string): UsageError =>
    new UsageError(
      `${where}: expected images of two classes or more to learn from, and one or more to be judged by, as --train ` +
        `with --test-share ${share}, got ${got}; add images, or give another share.`,
    );
  if (Math.round(share * length) < 1 || Math.round(share * length) >= length) throw wrong(counted(length, 'image'));
  const [train, test] = split(source, 1 - share, {seed});
  if (new Set(train.labels).size < 2) throw wrong(`${counted(train.length, 'image')} of one class to learn from`);
  return {train, test};
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
