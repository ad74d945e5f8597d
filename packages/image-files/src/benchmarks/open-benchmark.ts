import {readdir} from 'node:fs/promises';
import {dirname, join, basename} from 'node:path';
import {split, subset, type BadImage, type Source} from '@contrastive/data';
import {checkOptions, checkValue, choice, integer, number, text, type Rules} from '@contrastive/internal';
import {cifar10, cifar100} from '../cifar.js';
import {encodedRules, encodedSource, type EncodedOptions} from '../encoded/encoded-source.js';
import {benchmarkFiles} from './benchmark-files.js';
import {benchmarkNames, type Benchmark, type BenchmarkName, type Layout, type Listed} from './benchmark.js';
import {caltech101} from './caltech-101.js';
import {cars, flowers} from './matlab-lists.js';
import {aircraft, birdsnap, dtd, food101, pets, sun397} from './text-lists.js';
import {voc2007} from './voc-2007.js';

/** Options of `openBenchmark`. */
export interface OpenBenchmarkOptions extends Omit<EncodedOptions, 'channels'> {
  /** Draws the training images of Caltech-101, and those held out where there is no official validation part. */
  readonly seed?: number;
  /** The share of each class that is held out there, above 0 and below 1; by default 0.2. */
  readonly heldOut?: number;
}

const {workers, mostPixels, strict, mostBad} = encodedRules; // images are in colour
const rules: Rules<OpenBenchmarkOptions> = {
  ...{workers, mostPixels, strict, mostBad},
  seed: integer(),
  heldOut: number({above: 0, below: 1}),
};
const nameRule = choice(...benchmarkNames);

type ListedName = Exclude<BenchmarkName, 'cifar-10' | 'cifar-100'>;

const layouts: Readonly<Record<ListedName, Layout>> = {
  'food-101': food101,
  birdsnap,
  sun397,
  cars,
  aircraft,
  'voc-2007': voc2007,
  dtd,
  pets,
  'caltech-101': caltech101,
  flowers,
};

/**
 * Opens one of the twelve data sets that SimCLR's transfer was measured on (Chen et al., 2020, arXiv 2002.05709, B.8),
 * as its official archives unpack: `directory` is where they were unpacked, or their folder. Nothing is downloaded.
 * Only lists are read here; images are decoded when they are asked for, in worker threads, as those of `imageFolder`.
 * CIFAR is in its binary version, in memory, and the options of decoding do not count there.
 *
 * Parts are the official ones; of DTD and SUN397 the first split. Caltech-101 has 30 training images of each class,
 * drawn by the seed. Aircraft, VOC, DTD and Flowers have official validation images; of the others a fifth of the
 * training images is held out, class by class. Paper: held out, without saying how many. The three sources of a data
 * set share their threads: `close` of one ends those of all, and what asks again starts them anew.
 *
 * Images of VOC have no labels but `labelMatrices`. An image that is listed and not there is an error; of Birdsnap,
 * whose images come from where they were published, it is left out and listed in `bad`.
 *
 * @param name `'food-101'`, `'cifar-10'`, `'cifar-100'`, `'birdsnap'`, `'sun397'`, `'cars'`, `'aircraft'`,
 * `'voc-2007'`, `'dtd'`, `'pets'`, `'caltech-101'` or `'flowers'`.
 * @throws TypeError or RangeError (a rejection, as all of them) for another name or an option out of range; Error when
 * a file is missing or says something else than its format, with how the official archive unpacks.
 * @example
 * const {train, validation, test} = await openBenchmark('dtd', 'data'); // data/dtd/labels/train1.txt and so on
 */
export async function openBenchmark(
  name: BenchmarkName,
  directory: string,
  options: OpenBenchmarkOptions = {},
): Promise<Benchmark> {
  checkValue('openBenchmark', 'name', name, nameRule);
  checkValue('openBenchmark', 'directory', directory, text);
  checkOptions('openBenchmark', options, rules);
  const {seed = 1, heldOut = 0.2, ...decoding} = options;
  const holdOut = (whole: Source) => {
    const [train, validation] = split(whole, 1 - heldOut, {seed});
    return {train, validation};
  };
  if (name === 'cifar-10' || name === 'cifar-100') {
    const open = name === 'cifar-10' ? cifar10 : cifar100;
    return {name, ...holdOut(await open({directory})), test: await open({directory, split: 'test'})};
  }
  const layout = layouts[name];
  const {train, validation, test, ...listed} = await checkPresent(
    layout,
    await layout.list(await benchmarkFiles(directory, layout), seed),
  );
  const parts = [train, ...(validation ? [validation] : []), test];
  const images = parts.flatMap(part => part.images);
  const whole = encodedSource(
    {
      where: 'openBenchmark',
      length: images.length,
      ...(train.labels && {labels: Int32Array.from(parts.flatMap(part => part.labels ?? []))}),
      ...(listed.classNames && {classNames: listed.classNames}),
      nameOf: index => join(listed.root, images[index]),
      locate: index => ({path: join(listed.root, images[index]), within: listed.root}),
      bad: listed.gone,
    },
    {...decoding, channels: 3},
  );
  let from = 0;
  const [first, ...others] = parts.map(part =>
    subset(
      whole,
      Int32Array.from({length: part.images.length}, () => from++),
    ),
  );
  const [last] = others.slice(-1);
  const sources = {...(validation ? {train: first, validation: others[0]} : holdOut(first)), test: last};
  if (!train.matrix || !validation?.matrix || !test.matrix) return {name, ...sources};
  const labelMatrices = {train: train.matrix, validation: validation.matrix, test: test.matrix};
  return {name, ...sources, labelMatrices};
}

/** Looks which of the listed images are there, a folder at a time. */
async function checkPresent(layout: Layout, listed: Listed): Promise<Listed & {readonly gone: readonly BadImage[]}> {
  const {root, train, validation, test, incomplete = false} = listed;
  const folders = new Map<string, ReadonlySet<string>>();
  const gone = new Set<string>();
  const images = [train, validation, test].flatMap(part => part?.images ?? []);
  for (const image of images) {
    const folder = dirname(image);
    const names = folders.get(folder) ?? new Set(await readdir(join(root, folder)).catch(() => []));
    folders.set(folder, names);
    if (!names.has(basename(image))) gone.add(image);
  }
  if (gone.size === 0) return {...listed, gone: []};
  if (!incomplete || gone.size === images.length) {
    const [first] = gone;
    throw new Error(
      `openBenchmark: expected the ${images.length} images that ${layout.title} lists in ${root}, got ` +
        `${images.length - gone.size}, without ${first}; ${layout.remedy}.`,
    );
  }
  const kept = ({images, labels}: Listed['train']) => {
    const there = Array.from(images.keys()).filter(index => !gone.has(images[index]));
    return {images: there.map(index => images[index]), ...(labels && {labels: there.map(index => labels[index])})};
  };
  return {
    ...listed,
    train: kept(train),
    test: kept(test),
    gone: Array.from(gone, image => ({path: join(root, image), reason: 'it is listed and not there'})),
  };
}
