import type {ColorJitterOptions} from '@contrastive/augment';

/** A text in both languages of the page; once where it is the same in both. */
export type Text = string | {readonly en: string; readonly ru: string};

/** A language of the page. */
export type Language = 'en' | 'ru';

/** The text in a language. */
export const inLanguage = (text: Text, language: Language): string =>
  typeof text === 'string' ? text : text[language];

/** Images that are learned from and judged by. */
export type SetName = 'fashion' | 'emoji' | 'grey emoji' | 'grey clip art';

/** What happens to an image on its way into a view, in this order; what is left out does not happen. */
export interface Look {
  /** Least and greatest part of the image that a crop keeps; half the crops are flipped. */
  readonly crop?: readonly [number, number];
  readonly jitter?: ColorJitterOptions;
  /** Part of the images that become grey. */
  readonly grey?: number;
  /** Part of the images that are blurred. */
  readonly blur?: number;
}

/** The network, and the images that it sees. */
interface Network {
  readonly images: SetName;
  /** Pixels of an image, each way. */
  readonly size: number;
  /** Residual blocks of each stage, and the channels of the first. */
  readonly depths: readonly number[];
  readonly width: number;
}

/** A network with its random weights. */
export interface Untrained extends Network {
  readonly method: 'untrained';
}

/** What all trainings have. */
interface Learned extends Network {
  /** Images that are learned from, evenly from the set; of `supervised` as many of each class, drawn by the seed. */
  readonly count: number;
  readonly epochs?: number;
  readonly steps?: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly look: Look;
}

/** What the contrastive methods have. */
interface Contrastive extends Learned {
  readonly epochs: number;
  readonly head: 'none' | 'linear' | 'MLP';
  readonly temperature: number;
  /** Half a cosine after a short warm-up, or a tenth of the rate at 60 % and at 80 % of the steps. */
  readonly schedule: 'cosine' | 'steps';
}

/** A training by SimCLR. */
export interface SimclrTraining extends Contrastive {
  readonly method: 'SimCLR';
}

/** A training by MoCo. */
export interface MocoTraining extends Contrastive {
  readonly method: 'MoCo';
  readonly queueSize: number;
  readonly keyMomentum: number;
  readonly splits: number;
  readonly shuffle: boolean;
}

/** A training on labels, of the whole network. */
export interface SupervisedTraining extends Learned {
  readonly method: 'supervised';
  readonly steps: number;
  /** Where it starts; from random weights where nothing is said. */
  readonly start?: Exclude<Training, Untrained>;
}

/** Everything that decides an encoder but the seed. */
export type Training = Untrained | SimclrTraining | MocoTraining | SupervisedTraining;

/** A way to judge an encoder, or its training. */
export interface Measure {
  /**
   * Nearest neighbours, logistic regression, or the classifier that was trained with the encoder; or what the log tells
   * of the last fifth of a contrastive training, the loss and how often the own key is the nearest.
   */
  readonly how: 'kNN' | 'linear' | 'classifier' | 'loss' | 'pretext';
  /** Takes what the head makes of the features in their place. */
  readonly behindHead?: true;
  /** Gives the classifier so many labels; all of the images to learn from by default. */
  readonly labels?: number;
  /** On other images than the encoder was trained on. */
  readonly on?: SetName;
}

/** What a measure is called in the results. */
export const nameOf = ({how, behindHead, labels, on}: Measure): string =>
  [
    how,
    ...(behindHead ? ['of g(h)'] : []),
    ...(labels === undefined ? [] : [`with ${labels} labels`]),
    ...(on === undefined ? [] : [`on ${on}`]),
  ].join(' ');

/** The usual two. */
export const usual: readonly Measure[] = [{how: 'kNN'}, {how: 'linear'}];

/** A row of a claim's table: one training, with every seed. */
export interface Setting {
  /** What results and figures call it. */
  readonly id: string;
  readonly label: Text;
  readonly training: Training;
  /** In the place of the claim's. */
  readonly measures?: readonly Measure[];
  /** What the paper has, as it has it. */
  readonly paper?: string;
}

/** A figure of the table, or how much it is above another one. */
export interface Point {
  readonly setting: string;
  readonly measure: Measure;
  /** A setting by the same measure, which is taken off. */
  readonly minus?: string;
}

/** Two figures that a claim of the lecture compares, by the differences of equal seeds. */
export interface Comparison {
  readonly sentence: Text;
  readonly one: Point;
  readonly other: Point;
  /** Whether `one` should be above `other`, or equal to it. */
  readonly expected: 'above' | 'equal';
}

/** The settings that a comparison needs. */
export const settingsIn = ({one, other}: Comparison): readonly string[] =>
  [one, other].flatMap(({setting, minus}) => [setting, ...(minus === undefined ? [] : [minus])]);

/** An experiment of the lecture, as data. */
export interface Claim {
  /** What the command calls it. */
  readonly name: string;
  readonly title: Text;
  readonly varies: Text;
  readonly held: Text;
  readonly settings: readonly Setting[];
  readonly measures: readonly Measure[];
  /** What its table has of the logs besides. */
  readonly logged?: readonly Measure[];
  readonly comparisons: readonly Comparison[];
  /** Which images it is judged by; test images by default. */
  readonly judgedBy?: 'validation';
  /** How many seeds it begins with; 3 by default, then comparisons under a point get two more. */
  readonly seeds?: number;
  readonly panels: (results: Figures) => readonly Panel[];
}

/** The figures of a claim, for its panels. */
export interface Figures {
  /** The value of each seed, in percent; none where it is not there or the training failed. */
  values(setting: string, measure: Measure): readonly number[];
  /** Loss and accuracy of the trainings, seed by seed. */
  curves(setting: string): readonly Curve[];
}

/** How a training went, at evenly spaced steps. */
export interface Curve {
  readonly steps: readonly number[];
  readonly loss: readonly number[];
  /** Of the pretext task, in percent; none of supervised training. */
  readonly accuracy: readonly (number | null)[];
}

/** Values of several seeds above a number. */
interface Spot {
  readonly x: number;
  readonly values: readonly number[];
}

/** A part of a claim's picture, as data. */
export type Panel =
  | {
      readonly kind: 'lines';
      readonly title: Text;
      readonly x: {readonly label: Text; readonly logarithmic?: boolean; readonly ticks?: readonly number[]};
      readonly y: Text;
      readonly series: readonly {readonly name: Text; readonly spots: readonly Spot[]; readonly curve?: boolean}[];
      readonly reference?: {readonly at: number; readonly name: Text};
    }
  | {
      readonly kind: 'dots';
      readonly title: Text;
      readonly x: Text;
      readonly rows: readonly {readonly label: Text; readonly series: Text; readonly values: readonly number[]}[];
    }
  | {
      readonly kind: 'heat';
      readonly title: Text;
      readonly names: readonly Text[];
      /** The cell of row and column; those above the diagonal are those below it. */
      readonly values: (row: number, column: number) => readonly number[];
      /** Beside the square. */
      readonly extra: readonly {readonly label: Text; readonly values: readonly number[]}[];
    };
