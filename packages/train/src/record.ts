import type {ViewsPosition} from '@contrastive/data';

/** Where a run goes on from: give it to `twoViews` of the resumed run, `twoViews(source, {…, ...resume})`. */
export interface Resume {
  /** The step that comes next, counted from 0. */
  readonly startStep: number;
  /** Of a stream: where it stands after the last batch that was trained on, whatever was made ahead. */
  readonly position?: ViewsPosition;
}

/** Where the time of a step went, in seconds. */
export interface StepSeconds {
  /** Waiting for its views. */
  readonly views: number;
  /** Targets: the keys of MoCo. */
  readonly targets: number;
  /**
   * Forward and backward pass. A GPU computes behind the program's back: what it has not done by the end of a phase
   * falls into the one that next reads from it, which is this one unless `readEvery` is above 1.
   */
  readonly gradients: number;
  /** The optimiser's update and the method's own. */
  readonly update: number;
}

/** What one step did. */
export interface StepRecord {
  /** Counted from 0. */
  readonly step: number;
  /** The pass over the images that the step's batch is of, counted from 0; where the views know of passes. */
  readonly epoch?: number;
  /** The loss on the step's batch, before its update. */
  readonly loss: number;
  /** The learning rate of the step's update. */
  readonly learningRate: number;
  /** The length of the gradient of all parameters together, before clipping, where it was computed. */
  readonly gradientNorm?: number;
  /** The method's metrics on the step's batch, before its update, where `metricsEvery` asked for them. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** With `timing`: where the step's time went. */
  readonly seconds?: StepSeconds;
  /** With `timing`: images of the batch by the seconds of the step. */
  readonly imagesPerSecond?: number;
  /** With `timing`: what the tensors of the process take after the step, in bytes. */
  readonly tensorBytes?: number;
  /**
   * A word where the run looks wrong: what was seen and what to try, or why it is as it should be. Said once; see
   * {@link TrainOptions.guards}.
   */
  readonly remark?: string;
  /**
   * Where the run goes on from, if it is saved now: present while method and optimiser are as this step left them, so
   * of the last record of each read, until the next step begins. Not enumerable: copies and logs of a record lack it.
   */
  readonly resume?: Resume;
}

/** The record whose state stands, and what says so. */
export interface Standing {
  /** Gives a record its `resume`, which lasts until the state moves on. */
  stand(record: StepRecord, resume: Resume): StepRecord;
  /** The state moves on: no record stands for it any more. */
  moveOn(): void;
}

/** Keeps account of which record stands for the state as it is. */
export function createStanding(): Standing {
  let standing: StepRecord | undefined;
  return {
    stand(record, resume) {
      standing = record;
      return Object.defineProperty(record, 'resume', {get: () => (standing === record ? resume : undefined)});
    },
    moveOn() {
      standing = undefined;
    },
  };
}
