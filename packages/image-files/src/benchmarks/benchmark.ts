import type {Source} from '@contrastive/data';

/** The twelve data sets of SimCLR's transfer table. */
export type BenchmarkName = (typeof benchmarkNames)[number];

/** In the order of the table. */
export const benchmarkNames = [
  'food-101',
  'cifar-10',
  'cifar-100',
  'birdsnap',
  'sun397',
  'cars',
  'aircraft',
  'voc-2007',
  'dtd',
  'pets',
  'caltech-101',
  'flowers',
] as const;

/** Which classes are in which image, where there may be several. */
export interface LabelMatrix {
  /** 1 where the class is in the image, else 0, row after row, `[rows, classCount]`. */
  readonly relevant: Uint8Array;
  /** Number of classes. */
  readonly classCount: number;
  /** 1 where all that is there of the class is hard to see, which is not scored; `relevant` is 0 there. */
  readonly difficult: Uint8Array;
}

/** A data set as it is measured on: fit to `train`, choose by `validation`, fit to both, score `test` once. */
export interface Benchmark {
  readonly name: BenchmarkName;
  /** Training images without those of `validation`. */
  readonly train: Source;
  /** The official validation images; where there are none, training images held out by the seed. */
  readonly validation: Source;
  /** The test images. */
  readonly test: Source;
  /** Instead of labels, where an image may have several classes. */
  readonly labelMatrices?: Readonly<Record<'train' | 'validation' | 'test', LabelMatrix>>;
}

/** Images of one part of a data set. */
export interface ListedPart {
  /** Their paths in the folder, with `/`. */
  readonly images: readonly string[];
  /** Class of each image. */
  readonly labels?: readonly number[];
  /** Classes of each image, where it may have several. */
  readonly matrix?: LabelMatrix;
}

/** What a reader found out about a data set from its lists. */
export interface Listed {
  /** The folder of the images, without links in its path. */
  readonly root: string;
  readonly classNames?: readonly string[];
  readonly train: ListedPart;
  readonly validation?: ListedPart;
  readonly test: ListedPart;
  /** Whether images that are on no disk any more are left out. */
  readonly incomplete?: boolean;
}

/** How a data set lies on disk. */
export interface Layout {
  /** What it is called. */
  readonly title: string;
  /** Folders that its archives unpack to, where its files are if they are not in the directory itself. */
  readonly folders: readonly string[];
  /** What lies in there. */
  readonly marker: string;
  /** How to come by the files, in an imperative. */
  readonly remedy: string;
  /** Reads the lists. */
  readonly list: (files: BenchmarkFiles, seed: number) => Promise<Listed>;
}

/** The files of a data set; what is missing is an error that says how the archive unpacks. */
export interface BenchmarkFiles {
  /** The folder, without links in its path. */
  readonly root: string;
  /** The lines of a file in it that are not empty. */
  readonly lines: (path: string) => Promise<readonly string[]>;
  /** The bytes of a file in it, and what errors call that. */
  readonly bytes: (path: string) => Promise<{readonly file: string; readonly bytes: Uint8Array}>;
  /** The first of some paths that is there. */
  readonly first: (paths: readonly string[]) => Promise<string>;
  /** The names in a folder, sorted. */
  readonly names: (path: string) => Promise<readonly string[]>;
  /** An error about a file: it says something else than the format of the data set. */
  readonly wrong: (path: string, expected: string, got: string) => Error;
}
