/** The encoders that are compared, from no network to the trained one, with the words that a reader sees. */
export const encoders = {raw: 'Raw pixels', untrained: 'Untrained', trained: 'Trained'} as const;

/** Key of an encoder in `summary.json`. */
export type EncoderName = keyof typeof encoders;

/** The keys of `encoders`, in their order. */
export const encoderNames: readonly EncoderName[] = ['raw', 'untrained', 'trained'];

/** Percent of test images classified right, by number of labels (`'100'`, `'1000'`, `'10000'`). */
export type LabelScores = Readonly<Record<string, number>>;

/** The same for each encoder. */
export type Scores = Readonly<Record<EncoderName, LabelScores>>;

/** All that was measured. */
export interface Figures {
  /** Logistic regression on frozen features. */
  readonly probe: Scores;
  /** Nearest neighbours on frozen features. */
  readonly knn: Scores;
  /** The same network, all of it trained on the labels from random weights. */
  readonly supervised: LabelScores;
  /** Of how many test images figures are percent. */
  readonly testImages: number;
}

/** The numbers of labels that were measured, ascending. */
export const budgetsOf = (scores: LabelScores): string[] => Object.keys(scores).sort((a, b) => Number(a) - Number(b));

/** A row of a table or a line of the chart. */
export interface Row {
  readonly key: EncoderName | 'supervised';
  /** The words that a reader sees. */
  readonly name: string;
  readonly scores: LabelScores;
}

/** The encoders as rows. */
export const encoderRows = (scores: Scores): Row[] =>
  encoderNames.map(key => ({key, name: encoders[key], scores: scores[key]}));

/** Logistic regression on the encoders, and below it what the labels teach the whole network. */
export const comparedRows = ({probe, supervised}: Pick<Figures, 'probe' | 'supervised'>): Row[] => [
  ...encoderRows(probe),
  {key: 'supervised', name: 'Supervised', scores: supervised},
];

/** The highest score of each column. */
export const bestOf = (rows: readonly Row[], budgets: readonly string[]): number[] =>
  budgets.map(budget => Math.max(...rows.map(({scores}) => scores[budget])));
