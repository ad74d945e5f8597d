import type {Preparation} from '@contrastive/augment';
import {join, resolve} from 'node:path';
import type {Source} from '@contrastive/data';
import {checkSplits, openSplits, type Splits} from '../../data/splits.js';
import {checkEncoder, openEncoder, type OpenedEncoder} from '../../encoder/open-encoder.js';
import {untrained} from '../../encoder/untrained.js';
import {shell} from '../../escape/shell.js';
import {printable} from '../../escape/terminal.js';
import {checkFile} from '../../output/check-file.js';
import {startBackend} from '../../output/compute.js';
import type {Output} from '../../output/output.js';
import {tellBad} from '../../output/tell-bad.js';
import {counted} from '../../output/words.js';
import type {Context} from '../../program/command.js';
import {typed} from '../../program/invoked-as.js';
import type {Values} from '../../program/setting.js';
import {UsageError} from '../../program/usage-error.js';
import {LAYOUT, writeWhole} from '../../run/run-folder.js';
import type {settings} from './index.js';
import {featuresOf, measure, supervised, type Measured} from './measure.js';
import {show} from './show.js';

const where = 'contrastive probe';

type Told = Values<typeof settings>;

/** Pixels of raw images, each way, at most: a classifier of 64 × 64 × 3 numbers takes minutes. */
const RAW = 32;

/** The numbers of labels to try: no more than there are, and more than classes, because a label is held out. */
function budgetsOf(asked: Told['labels'], train: Source): number[] {
  const classes = new Set(train.labels).size;
  const counts = (asked ?? ['all']).map(one => Math.min(one === 'all' ? Infinity : one, train.length));
  const few = counts.find(one => one <= classes);
  if (few !== undefined)
    throw new UsageError(
      `${where}: expected more labels than the ${classes} classes as --labels, got ${few} of ` +
        `${counted(train.length, 'image')} to learn from; give more.`,
    );
  return [...new Set(counts)].sort((a, b) => a - b);
}

/** Measures all features; what is known is kept each time that more is. */
async function compare(
  opened: OpenedEncoder,
  splits: Splits,
  told: Told,
  keep: (found: Measured) => Promise<void>,
  output: Output,
): Promise<Measured> {
  const {channels, size = RAW} = opened.preparation;
  const {seed = 1, neighbours = 20} = told;
  const how = {budgets: budgetsOf(told.labels, splits.train), seed, neighbours};
  const {classNames} = splits.train;
  const pixels = await featuresOf(null, splits, 'Raw pixels', output, {channels, size: Math.min(size, RAW)});
  const raw = await measure('raw pixels', pixels, classNames, how);
  const random = await untrained(opened);
  try {
    const before = await measure('untrained', await featuresOf(random, splits, 'Untrained', output), classNames, how);
    const features = await featuresOf(opened.encoder, splits, 'Trained', output);
    const {rows, confusion} = await measure('trained', features, classNames, how);
    let found = {rows: [...raw.rows, ...before.rows, ...rows], confusion};
    await keep(found);
    if (!told.supervised) return found;
    const {steps} = told;
    for (const labels of how.budgets) {
      const row = await supervised(random, splits, labels, {seed, ...(steps !== undefined && {steps})}, output);
      found = {rows: [...found.rows, row], confusion};
      await keep(found);
    }
    return found;
  } finally {
    random.dispose();
  }
}

/** A list of numbers, as `JSON.stringify` writes it with indents. */
const NUMBERS = /\[\n\s+([-\d.e+,\s]+?)\n\s+\]/g;

/** JSON for people too: a list of numbers is a line. */
const json = (value: object): string => {
  const text = JSON.stringify(value, null, 2);
  return `${text.replace(NUMBERS, (_, numbers: string) => `[${numbers.replace(/\s+/g, ' ')}]`)}\n`;
};

/** What images an encoder takes, so that another one than was meant is noticed. */
const seenBy = ({channels, size}: Preparation): string =>
  size === undefined ? '' : `, which takes ${channels === 1 ? 'grey' : 'colour'} images of ${size} × ${size} pixels`;

/** Whether a run learned from the images that judge it. */
const haveTrained = (learned: unknown, judging: string | undefined): boolean =>
  typeof learned === 'string' && judging !== undefined && resolve(learned) === resolve(judging);

/** Measures what an encoder has learned, beside what needs no learning. */
export async function probe(told: Told, {output}: Context): Promise<void> {
  const {run: path, train, test, testShare, seed = 1} = told;
  if (told.out !== undefined) await checkFile(where, told.out, told.overwrite ?? false);
  checkEncoder(where, path);
  checkSplits(where, told);
  await startBackend(told.backend, output);
  const opened = await openEncoder(where, path);
  try {
    const splits = await openSplits(where, told, opened.preparation);
    try {
      output.say(
        `Measuring ${printable(path)}${seenBy(opened.preparation)}: ` +
          `${counted(splits.train.length, 'image')} to learn from, ` +
          `${counted(splits.test.length, 'image')} to be judged by.` +
          (haveTrained(opened.configuration?.data, test ?? (testShare === undefined ? undefined : train))
            ? ' The run has seen those, without their classes.'
            : ''),
      );
      const file = told.out ?? (opened.configuration ? join(path, LAYOUT.probe) : undefined);
      const {classNames} = splits.train;
      const about = {encoder: path, train, test, testShare, seed, testImages: splits.test.length, classNames};
      const keep = async (found: Measured): Promise<void> => {
        if (file !== undefined) await writeWhole(file, json({...about, ...found}));
      };
      const {rows} = await compare(opened, splits, told, keep, output);
      tellBad([...new Set([...splits.train.bad, ...splits.test.bad])], output);
      show(rows, splits.test.length, output);
      for (const row of rows) output.record({event: 'score', ...row});
      if (file !== undefined) output.say(`\nResults: ${printable(file)}`);
      if (opened.configuration)
        output.say(`With curves and pictures: ${printable(typed(`contrastive report ${shell(path)}`))}`);
    } finally {
      await splits.close();
    }
  } finally {
    opened.encoder.dispose();
  }
}
