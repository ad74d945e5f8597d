import type {Json} from '@contrastive/train/node';

/** Everything that a report shows, as plain JSON: the page is drawn of it without a model or images. */
export interface ReportData {
  /** The format of this record. */
  readonly format: 1;
  /** Heading of the page. */
  readonly title: string;
  /** When it was collected, as ISO 8601. */
  readonly made: string;
  /** One, or several to compare. */
  readonly runs: readonly RunData[];
  /** Thumbnails of the images that maps show; runs over the same images share them. */
  readonly galleries: readonly Gallery[];
}

/** What is known of one run. */
export interface RunData {
  /** What it is called on the page; different for each. */
  readonly name: string;
  /** What the log says; missing where there is none. */
  readonly training?: TrainingData;
  /** What the features are worth with labels; missing if nobody measured them. */
  readonly probe?: ProbeData;
  /** What the encoder makes of images; missing where no encoder was given. */
  readonly images?: ImagesData;
  /** What the run was told. */
  readonly configuration: Readonly<Record<string, Json | undefined>>;
  /** What it was computed on. */
  readonly environment: Readonly<Record<string, Json | undefined>>;
}

/** A quantity over the steps of a run, in at most some hundred points. */
export interface Series {
  /** What it is called in the log. */
  readonly name: string;
  /** The step of each point: the middle of those that it stands for. */
  readonly steps: readonly number[];
  /** The mean over these steps. */
  readonly mean: readonly number[];
  /** The least of them. */
  readonly low: readonly number[];
  /** The greatest. */
  readonly high: readonly number[];
  /** The mean of the last tenth of the steps: what the run came to. */
  readonly last: number;
  /** Steps whose value was no finite number, which are left out. */
  readonly dropped: number;
}

/** A word that the training said. */
export interface Remark {
  /** The step. */
  readonly step: number;
  /** What was seen. */
  readonly text: string;
}

/** What a run's log says. */
export interface TrainingData {
  /** Steps in the log. */
  readonly steps: number;
  /** Passes over the images, where the log knows. */
  readonly epochs?: number;
  /** Seconds of all steps together, where the log has them. */
  readonly seconds?: number;
  /** Loss, learning rate, metrics and whatever else is a number. */
  readonly series: readonly Series[];
  /** Where the time of a step went, in seconds: views, targets, gradients, update. */
  readonly phases: readonly Series[];
  /** What looked wrong. */
  readonly remarks: readonly Remark[];
  /** Lines that have no step, which are left out. */
  readonly strayLines: number;
}

/** One accuracy on test images. */
export interface ProbeEntry {
  /** Whose features: `trained`, `untrained`, `raw`, `supervised`, or another name. */
  readonly encoder: string;
  /** What learned from them, for example `logistic regression`. */
  readonly classifier: string;
  /** Labels that it was given. */
  readonly labels: number;
  /** Part of the test images that were classified right, in [0, 1]. */
  readonly accuracy: number;
  /** Ends of an interval, in [0, 1]; Wilson's of 95 % where the results have none. */
  readonly low: number;
  /** Its upper end. */
  readonly high: number;
}

/** How often each class was taken for each. */
export interface ConfusionData {
  /** What classified. */
  readonly by: string;
  /** Name of each class. */
  readonly classNames: readonly string[];
  /** How many images of the row's class were taken for the column's, `[c, c]`, row after row. */
  readonly counts: readonly number[];
}

/** What the features are worth with labels. */
export interface ProbeData {
  /** Test images. */
  readonly testRows: number;
  /** What was measured. */
  readonly entries: readonly ProbeEntry[];
  /** What the trained encoder's classifier took for what, where it was kept. */
  readonly confusion?: ConfusionData;
}

/** Thumbnails, in sheets that are pictures of many. */
export interface Gallery {
  /** What each image is called. */
  readonly names: readonly string[];
  /** Height and width of a thumbnail in pixels. */
  readonly tile: number;
  /** Thumbnails in a row of a sheet. */
  readonly columns: number;
  /** Thumbnails in a sheet, the last of which may have fewer. */
  readonly perSheet: number;
  /** The sheets, as data URIs of WebP. */
  readonly sheets: readonly string[];
  /** Class of each image, where known. */
  readonly labels?: readonly number[];
  /** Name of each class. */
  readonly classNames?: readonly string[];
}

/** Where each image of a gallery lies in feature space. */
export interface MapData {
  /** Which gallery. */
  readonly gallery: number;
  /** How positions were found; of few images by their two principal components. */
  readonly by: 'umap' | 'principal components';
  /** Positions from the left, in [0, 1], to three digits. */
  readonly x: readonly number[];
  /** Positions from the top, in the unit of x; the larger side of the map has length 1. */
  readonly y: readonly number[];
  /** Neighbours of each image. */
  readonly neighbourCount: number;
  /** The nearest images by cosine in feature space, the nearest first, `[n, neighbourCount]`. */
  readonly neighbours: readonly number[];
  /** Their similarity in [−1, 1], to three digits. */
  readonly similarities: readonly number[];
}

/** An image with two views that training would pull together, as data URIs. */
export interface PairData {
  /** What it is called. */
  readonly name: string;
  /** The image as it is. */
  readonly original: string;
  /** View one. */
  readonly first: string;
  /** View two. */
  readonly second: string;
}

/** How far views of one kind move features. */
export interface KindData {
  /** Crop, colour, blur, flip, grey. */
  readonly kind: string;
  /** What was done, in words. */
  readonly what: string;
  /**
   * Mean cosine distance of a view to its image, as a part of the mean distance between two images: 0 for a kind that
   * the features ignore.
   */
  readonly relative: number;
  /** Ends of an interval by the bootstrap over images, of 95 %. */
  readonly low: number;
  /** Its upper end. */
  readonly high: number;
  /** The same of raw pixels. */
  readonly pixels: number;
  /** Part of the views that are nearer to their image than to any other of these, in [0, 1]. */
  readonly found: number;
  /** An image seen so, as data URI. */
  readonly example: string;
}

/** What the encoder ignores. */
export interface InvarianceData {
  /** Images that were looked at. */
  readonly images: number;
  /** Mean cosine distance between features of two images. */
  readonly otherDistance: number;
  /** The image of the examples as it is. */
  readonly original: string;
  /** One entry for each kind of view. */
  readonly kinds: readonly KindData[];
}

/** What nearest neighbours make of images with labels, each judged by all others. */
export interface LeaveOneOutData {
  /** Neighbours that vote. */
  readonly k: number;
  /** Images. */
  readonly rows: number;
  /** Part of them whose class was found, in [0, 1]. */
  readonly accuracy: number;
  /** Ends of Wilson's interval of 95 %. */
  readonly low: number;
  /** Its upper end. */
  readonly high: number;
  /** What was taken for what. */
  readonly confusion: ConfusionData;
}

/** What an encoder makes of images. */
export interface ImagesData {
  /** Images in the source. */
  readonly total: number;
  /** Images that were tried, a sample where there are more than a map shows. */
  readonly tried: number;
  /** Numbers that the encoder gives of an image. */
  readonly featureCount: number;
  /** Where they lie. */
  readonly map: MapData;
  /** With labels: what the nearest neighbours say. */
  readonly leaveOneOut?: LeaveOneOutData;
  /** Views as training makes them; missing where the augmentation was not given. */
  readonly pairs?: readonly PairData[];
  /** What the encoder ignores; missing where there is but one image. */
  readonly invariance?: InvarianceData;
  /** Images that could not be used: the first of them. */
  readonly bad: readonly {readonly path: string; readonly reason: string}[];
  /** How many there are. */
  readonly badCount: number;
}
