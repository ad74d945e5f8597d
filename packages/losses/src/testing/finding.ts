/** A rule of the contract of losses, as `checkLoss` holds a loss to it. */
export type LossRule =
  /** It takes the input that it is made for, and can be differentiated. */
  | 'runs'
  /** It returns a float32 scalar. */
  | 'scalar'
  /** The result is a new tensor of the caller's. */
  | 'owned-result'
  /** The same input gives the same value. */
  | 'repeatable'
  /** What it was given keeps its numbers. */
  | 'input-unchanged'
  /** What it was given is not disposed. */
  | 'input-alive'
  /** Nothing is left behind but the result. */
  | 'no-leak'
  /** Value and gradient are finite. */
  | 'finite'
  /** The value depends on `z1`, and so says its gradient. */
  | 'depends-on-z1'
  /** The order of the images does not matter. */
  | 'permutation'
  /** Which view is the first does not matter. */
  | 'view-swap'
  /** Other negatives give another value. */
  | 'uses-negatives'
  /** Other labels give another value. */
  | 'uses-labels';

/** A rule that a loss breaks. */
export interface LossFinding {
  /** Which rule. */
  readonly rule: LossRule;
  /** What was expected, what came, and how to mend it. */
  readonly message: string;
}
