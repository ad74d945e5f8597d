import {evalAugment} from '@contrastive/augment';
import {fromArrays, readImages, subset, type Source} from '@contrastive/data';
import {open, type Images} from '@contrastive/example';
import {openTransferData, prepareTransferData} from '@contrastive/example-transfer-data';
import {accuracy, meanPerClassAccuracy} from '@contrastive/linear-probe';
import {channelsOf, sizeOf} from './base.js';
import type {SetName} from './experiment.js';

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
  open(set: SetName): Promise<Parts>;
}

/** Images that are there for learning, and the first of those that are held out, in a quick run. */
const [QUICK, QUICK_TEST] = [96, 64];

const haveSize = (source: Source): source is Images => source.size !== undefined;

function sized(source: Source): Images {
  if (haveSize(source)) return source;
  throw new Error('lecture: expected images of one size, got several; read them into memory first.');
}

const part = (source: Source, from: number, to: number): Images =>
  sized(
    subset(
      source,
      Int32Array.from({length: Math.min(to, source.length) - from}, (_, i) => from + i),
    ),
  );

/** Fashion-MNIST: the first half of the bundled images to learn from, the second to choose by, all test images. */
async function fashion(quick: boolean): Promise<Parts> {
  const [images, test] = [await open('train'), await open('test')];
  const middle = quick ? QUICK : images.length / 2;
  return {
    train: part(images, 0, middle),
    validation: part(images, middle, quick ? middle + QUICK_TEST : images.length),
    test: quick ? part(test, 0, QUICK_TEST) : test,
    metric: accuracy,
  };
}

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

/** In a quick run the bundled images stand for others, which would have to be fetched. */
async function standIn(set: SetName): Promise<Parts> {
  const parts = await fashion(true);
  const [size, channels] = [sizeOf(set), channelsOf(set)];
  const painted = async (source: Images): Promise<Images> => {
    const grey = await inMemory(source, size);
    if (channels === 1) return grey;
    const {bytes} = await readImages(
      grey,
      Int32Array.from({length: grey.length}, (_, i) => i),
    );
    const images = Uint8Array.from({length: 3 * bytes.length}, (_, i) => bytes[Math.floor(i / 3)] >> (i % 3));
    const {labels = new Int32Array(), classNames = []} = source;
    return sized(fromArrays({images, height: size, width: size, channels, labels, classNames}));
  };
  return {
    train: await painted(parts.train),
    validation: await painted(parts.validation),
    test: await painted(parts.test),
    metric: meanPerClassAccuracy,
  };
}

/** A set that was prepared in the cache. */
async function prepared(set: SetName): Promise<Parts> {
  const name = set === 'grey clip art' ? 'openclipart' : 'emoji';
  const {[name]: directory, leftOut} = await prepareTransferData({
    only: [name],
    onProgress: message => {
      console.log(`${message} …`);
    },
  });
  if (directory === undefined) {
    const reason = leftOut.map(one => one.reason).join('; ');
    throw new Error(`lecture: expected the pictures ${name}, got none (${reason}); see npm run transfer-data.`);
  }
  const {train, validation, test} = await openTransferData(directory, {split: 'by-picture', channels: channelsOf(set)});
  try {
    const size = sizeOf(set);
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
  const opened = new Map<SetName, Promise<Parts>>();
  return {
    open: set => {
      const make = (): Promise<Parts> => (set === 'fashion' ? fashion(quick) : quick ? standIn(set) : prepared(set));
      const parts = opened.get(set) ?? make();
      opened.set(set, parts);
      return parts;
    },
  };
}
