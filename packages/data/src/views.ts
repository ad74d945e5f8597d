import type {Images, Preparation} from '@contrastive/augment';
import {checkValue, tensorRule} from '@contrastive/internal';
import type {StreamPosition} from './stream-source.js';

/** Where a run over a stream stands: plain data to save in a checkpoint as JSON. */
export interface ViewsPosition {
  /** How many batches were made. */
  readonly step: number;
  /** How many images were in them. */
  readonly images: number;
  /** How many passes over the stream are done. */
  readonly epoch: number;
  /** Where the present pass stands. */
  readonly pass: StreamPosition;
}

/** Two views of each image of a batch; row `i` of both comes from image `indices[i]`. */
export interface Views {
  /** View one of each image, `[n, height, width, channels]` in [0, 1], or normalised. */
  readonly first: Images;
  /** View two of each image, of the same shape; of a batch of `oneView` the same tensor as `first`. */
  readonly second: Images;
  /** Where each image stands in its source, `[n]`; of a stream in the run, counted from 0. */
  readonly indices: Int32Array;
  /** Class of each image where the source has one, `[n]`. */
  readonly labels?: Int32Array;
  /** What each image of a stream is known by, `[n]`. */
  readonly keys?: readonly string[];
  /** Of a stream: where the run stands after this batch; `twoViews` goes on from there. */
  readonly position?: ViewsPosition;
  /** How images are prepared in evaluation for an encoder that is trained on these views; `twoViews` says it. */
  readonly preparation?: Preparation;
  /**
   * With `microBatch`: the images from `begin` to `end − 1` alone, whose tensors are made of the batch's bytes at this
   * call and are the caller's. `first` and `second` are then made where somebody looks at them.
   */
  readonly slice?: (begin: number, end: number) => Views;
  /** With `microBatch`: frees what was made of `first` and `second`. */
  readonly dispose?: () => void;
}

/** The batches of a run; each iteration starts anew at `startStep`. */
export interface TwoViews extends AsyncIterable<Views> {
  /** Batches of the whole run, those before `startStep` included; Infinity for a stream that was not told `steps`. */
  readonly steps: number;
  /** Batches of one epoch; Infinity for a stream, whose length is unknown. */
  readonly stepsPerEpoch: number;
  /** The batch that comes first, counted from 0. */
  readonly startStep: number;
}

/**
 * Frees both tensors of a batch.
 *
 * @throws TypeError for anything else, before anything is freed.
 */
export function disposeViews(views: Views): void {
  const {dispose} = Object(views) as Partial<Views>; // JavaScript callers may give anything
  if (dispose) {
    dispose();
    return;
  }
  const {first, second} = Object(views) as Partial<Views>;
  for (const view of [first, second]) checkValue('disposeViews', 'view', view, tensorRule);
  views.first.dispose();
  views.second.dispose();
}
