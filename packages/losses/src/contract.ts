import type {Scalar, Tensor1D, Tensor2D} from '@tensorflow/tfjs-core';

/** What a contrastive loss compares. Row `i` of both views comes from the same image. */
export interface LossInput {
  /** Projections of view one, `[n, d]`, not normalised. */
  readonly z1: Tensor2D;
  /** Projections of view two, `[n, d]`; constant when they are keys. */
  readonly z2: Tensor2D;
  /** More negatives, `[k, d]`, constant, L2-normalised rows: not normalised again. */
  readonly negatives?: Tensor2D;
  /** Class of each row, for supervised losses, `[n]` int32. */
  readonly labels?: Tensor1D;
}

/**
 * The extension contract: a loss is a pure function from projections to a scalar, differentiable by TensorFlow.js.
 *
 * It disposes nothing that it was given and leaves nothing behind but its result. A loss that needs `negatives` or
 * `labels` says so in `I`, and then only a method that provides them accepts it; a loss that needs neither is accepted
 * by all.
 */
export interface Loss<I extends LossInput = LossInput> {
  /** The loss of a batch, a scalar; the caller's to dispose. */
  (input: I): Scalar;
  /** What the loss divides similarities by, where it has such a number: methods log the entropy at this temperature. */
  readonly temperature?: number;
}
