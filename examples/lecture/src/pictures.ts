import {evalAugment} from '@contrastive/augment';
import {fromArrays, readImages, subset, type Source} from '@contrastive/data';
import {open, type Images} from '@contrastive/example';
import {openTransferData, prepareTransferData} from '@contrastive/example-transfer-data';
import {accuracy, meanPerClassAccuracy} from '@contrastive/linear-probe';
import {channelsOf} from './base.js';
import type {Claim, SetName, Training} from './experiment.js';
import {measuresOf} from './figures.js';

/** A set of images in its parts, in memory. */
export interface Parts {
  readonly train: Images;
  readonly validation: Images;
  readonly test: Images;
  /** Of the predictions of labelled images; mean over the classes where they differ in size. */
  readonly metric: (predictions: Int32Array, labels: Int32Array) => number;
}

/** Where sets are opened, each once. */
export interface Pictures {
  /** The images of a set, of so many pixels each way. */
  open(set: SetName, size: number): Promise<Parts>;
}

/** The sets that a claim learns from and is judged by, of so many pixels each way. */
export function setsOf(claim: Claim): readonly {readonly set: SetName; readonly size: number}[] {
  const learned = (training: Training): readonly SetName[] => {
    const start = training.method === 'supervised' ? training.start : undefined;
    return [training.images, ...(start ? learned(start) : [])];
  };
  return claim.settings.flatMap(setting => {
    const judged = measuresOf(claim, setting).flatMap(({on}) => on ?? []);
    return [...learned(setting.training), ...judged].map(set => ({set, size: setting.training.size}));
  });
}

/** Images that are there for learning, and the first of those that are held out, in a quick run. */
const [QUICK, QUICK_TEST] = [96, 64];

const haveSize = (source: Source): source is Images => source.size !== undefined;

function sized(source: Source): Images {
  if (haveSize(source)) return source;
  throw new Error('lecture: expected images of one size, got several; read them into memory first.');
}

const part = (source: Source, from: number, to: number): Source =>
  subset(
    source,
    Int32Array.from({length: to - from}, (_, i) => from + i),
  );

/** All images of a source in memory, of one size. */
async function inMemory(source: Source, size: number): Promise<Images> {
  const {bytes, positions} = await readImages(
    source,
    Int32Array.from({length: source.length}, (_, i) => i),
    evalAugment({size}),
  );
  const {channels, labels = new Int32Array(), classNames = []} = source;
  const own = Int32Array.from(positions, position => labels[position]);
  return sized(fromArrays({images: bytes, height: size, width: size, channels, labels: own, classNames}));
}

/** Fashion-MNIST: the first half of the bundled images to learn from, the second to choose by, all test images. */
async function fashion(quick: boolean, size: number): Promise<Parts> {
  const [images, test] = [await open('train'), await open('test')];
  const middle = quick ? QUICK : images.length / 2;
  const end = quick ? middle + QUICK_TEST : images.length;
  return {
    train: await inMemory(part(images, 0, middle), size),
    validation: await inMemory(part(images, middle, end), size),
    test: await inMemory(quick ? part(test, 0, QUICK_TEST) : test, size),
    metric: accuracy,
  };
}

/** Grey images in three shades: something to see for networks that see colours. */
async function painted(source: Images): Promise<Images> {
  const {bytes, shape} = await readImages(
    source,
    Int32Array.from({length: source.length}, (_, i) => i),
  );
  const [, height, width] = shape;
  const images = Uint8Array.from({length: 3 * bytes.length}, (_, i) => bytes[Math.floor(i / 3)] >> (i % 3));
  const {labels = new Int32Array(), classNames = []} = source;
  return sized(fromArrays({images, height, width, channels: 3, labels, classNames}));
}

/** In a quick run the bundled images stand for others, which would have to be fetched. */
async function standIn(set: SetName, size: number): Promise<Parts> {
  const {train, validation, test} = await fashion(true, size);
  const as = (source: Images): Promise<Images> => (channelsOf(set) === 1 ? Promise.resolve(source) : painted(source));
  return {train: await as(train), validation: await as(validation), test: await as(test), metric: meanPerClassAccuracy};
}

/** A set that was prepared in the cache. */
async function prepared(set: SetName, size: number): Promise<Parts> {
  const name = set === 'grey clip art' ? 'openclipart' : 'emoji';
  const {[name]: directory, leftOut} = await prepareTransferData({only: [name]});
  if (directory === undefined) {
    const reason = leftOut.map(one => one.reason).join('; ');
    throw new Error(`lecture: expected the pictures ${name}, got none (${reason}); see npm run transfer-data.`);
  }
  const {train, validation, test} = await openTransferData(directory, {split: 'by-picture', channels: channelsOf(set)});
  try {
    return {
      train: await inMemory(train, size),
      validation: await inMemory(validation, size),
      test: await inMemory(test, size),
      metric: meanPerClassAccuracy,
    };
  } finally {
    await train.close(); // of all parts
  }
}

/** Opens sets when they are first asked for, and keeps them. */
export function openPictures(quick: boolean): Pictures {
  const opened = new Map<string, Promise<Parts>>();
  const make = (set: SetName, size: number): Promise<Parts> => {
    if (set === 'fashion') return fashion(quick, size);
    return quick ? standIn(set, size) : prepared(set, size);
  };
  return {
    open: (set, size) => {
      const name = `${set} ${size}`;
      const parts = opened.get(name) ?? make(set, size);
      opened.set(name, parts);
      return parts;
    },
  };
}
