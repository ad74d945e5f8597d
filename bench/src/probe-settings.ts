/** Features of images of some classes, in numbers: those to learn from and those to judge by. */
interface FeaturesSettings {
  /** Rows to learn from. */
  readonly rows: number;
  /** Other rows, whose classes are asked for. */
  readonly judged: number;
  /** Features of a row. */
  readonly columns: number;
  /** Classes of the rows, as many of each. */
  readonly classes: number;
  /** How far apart the classes lie, in standard deviations within one. */
  readonly distance: number;
  /** Whether each column has mean 0 and variance 1, as a logistic regression wants it; else it is from 0 on. */
  readonly standardised: boolean;
}

/** A logistic regression on standardised features, to the end; or a sweep over penalties. */
export interface LogisticSettings extends FeaturesSettings {
  readonly method: 'logistic';
  /** The penalty, beside the mean loss. */
  readonly l2: number;
  /** Where present, all are tried, and judged by the other rows; the peer's figure is as many fits with `l2`. */
  readonly l2Grid?: readonly number[];
  /** Ends when no entry of the gradient is larger. */
  readonly tolerance: number;
  readonly maxIterations: number;
}

/** The vote of the nearest rows by cosine similarity. */
export interface NeighboursSettings extends FeaturesSettings {
  readonly method: 'neighbours';
  /** Neighbours that vote. */
  readonly k: number;
  /** A vote is exp(similarity / temperature). */
  readonly temperature: number;
}

/** A measure of features, in numbers. Travels to the contestants as JSON. */
export type ProbeSettings = LogisticSettings | NeighboursSettings;

/** A fit that is judged by its objective, which must come within 1e-6 of the optimum. */
export const logistic10k: LogisticSettings = {
  method: 'logistic',
  rows: 10_000,
  judged: 2_000,
  columns: 512,
  classes: 10,
  distance: 4,
  standardised: true,
  l2: 1e-4,
  tolerance: 1e-6,
  maxIterations: 5_000,
};

/** The sweep of SimCLR's appendix B.8. */
export const logisticSweep: LogisticSettings = {
  ...logistic10k,
  l2Grid: Array.from({length: 45}, (_, i) => 10 ** (-6 + (11 * i) / 44)),
};

/** The size of CIFAR-10 and more: a bank of 60,000 rows, and 10,000 queries. */
export const neighbours60k: NeighboursSettings = {
  method: 'neighbours',
  rows: 60_000,
  judged: 10_000,
  columns: 512,
  classes: 10,
  distance: 4,
  standardised: false,
  k: 200,
  temperature: 0.1,
};
