/** An image that a page shows. */
export interface Shown {
  /** Its number, from 0 on. */
  readonly image: number;
  /** What it is called, as it may be read: nothing in it hides or turns text. */
  readonly name: string;
  /** Cosine of its features to those that were searched for, in [−1, 1]. */
  readonly similarity?: number;
}

/** What a page says of the images. */
export interface About {
  /** What the images are called. */
  readonly title: string;
  /** How many can be found. */
  readonly images: number;
  /** What the encoder is called. */
  readonly encoder: string;
  /** Bytes of the largest file that is taken. */
  readonly mostBytes: number;
}

/** What answers a page: the program that serves it, or scripts beside it. */
export interface Engine {
  readonly about: About;
  /** Some images to begin with; each time `again` others. */
  some(again: boolean): Promise<readonly Shown[]>;
  /** What an image of the set is called. */
  named(image: number): Promise<string>;
  /** The images nearest to one of the set, without itself. */
  near(image: number): Promise<readonly Shown[]>;
  /** The images nearest to one in a file; `say` tells what takes long. */
  nearFile(file: Blob, say: (text: string) => void): Promise<readonly Shown[]>;
  /** A picture of an image, which appears when it is there. */
  picture(image: number): Element;
}
