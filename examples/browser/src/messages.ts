import type {PageBackend, Settings} from './settings.js';

/** A picture to draw: red, green, blue and alpha of each pixel, row after row. */
export interface Picture {
  readonly data: Uint8ClampedArray<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

/** A file of the reader's. */
export interface GivenFile {
  readonly file: File;
  /** Its name, behind the folders that it was found in. */
  readonly path: string;
}

/** Something that could not be read. */
export interface LeftOut {
  readonly name: string;
  readonly reason: string;
}

/** The images that there are. */
export interface ImagesRead {
  readonly images: number;
  /** The shorter side of the smallest, in pixels. */
  readonly side: number;
  readonly channels: 1 | 3;
  /** What their folders, or their labels, are called; none where nothing is known. */
  readonly classNames: readonly string[];
  readonly leftOut: readonly LeftOut[];
  /** Some of them. */
  readonly some: readonly Picture[];
}

/** An image that was found near another. */
export interface Near {
  readonly name: string;
  readonly picture: Picture;
  /** Cosine of the features, in [−1, 1]. */
  readonly similarity: number;
  /** Whether it is of another class; undefined where that is not known. */
  readonly other?: boolean;
}

/** What is nearest to an image. */
export interface Neighbourhood {
  readonly name: string;
  readonly picture: Picture;
  /** By the encoder before its training, of the same seed. */
  readonly untrained: readonly Near[];
  /** By the encoder as it is now. */
  readonly trained: readonly Near[];
}

/** An image, and two views of it as the training sees them. */
export interface Pair {
  readonly image: Picture;
  readonly first: Picture;
  readonly second: Picture;
}

/** A look at what a training does and has learned. */
export interface Look {
  /** Steps that are done. */
  readonly step: number;
  readonly pairs: readonly Pair[];
  readonly neighbours: readonly Neighbourhood[];
  /** Among how many images neighbours were looked for. */
  readonly among: number;
  /** The share of all neighbours that are of their image's class, in [0, 1], where classes are known. */
  readonly sameClass?: {readonly untrained: number; readonly trained: number};
}

/** What a step did. */
export interface Step {
  /** Steps that are done, this one too. */
  readonly step: number;
  readonly loss: number;
  /** How often a view finds the other of its image, in [0, 1]; of some steps. */
  readonly accuracy?: number;
  /** How long it took. */
  readonly seconds: number;
  /** Tensors that are alive. */
  readonly tensors: number;
  /** A word where the training looks wrong. */
  readonly remark?: string;
}

/** What the page tells the worker to do. */
export type Order =
  | {readonly kind: 'open'; readonly backend: PageBackend | undefined}
  | {readonly kind: 'read'; readonly files: readonly GivenFile[]}
  | {readonly kind: 'sample'; readonly url: string}
  | {readonly kind: 'train'; readonly settings: Settings}
  | {readonly kind: 'pause' | 'goOn' | 'stop'}
  | {readonly kind: 'save'};

/** What the worker tells the page. */
export type News =
  | {readonly kind: 'ready'; readonly backend: PageBackend; readonly threads: number; readonly note?: string}
  | {readonly kind: 'reading'; readonly done: number; readonly total: number}
  | {readonly kind: 'images'; readonly read: ImagesRead}
  | {readonly kind: 'started'; readonly weights: number}
  | {readonly kind: 'step'; readonly done: Step}
  | {readonly kind: 'look'; readonly look: Look}
  | {readonly kind: 'paused'}
  | {readonly kind: 'ended'; readonly step: number}
  | {readonly kind: 'saved'; readonly bytes: Uint8Array<ArrayBuffer>}
  | {readonly kind: 'failed'; readonly of: Order['kind']; readonly message: string};
