import {publishedIn, type Published} from './published-figures.js';

/**
 * What a data set is scored by: the share of right answers, its mean over the classes, or the mean over the classes of
 * the 11-point average precision of VOC 2007. All are fractions in [0, 1].
 */
export type TransferMetric = 'accuracy' | 'meanPerClassAccuracy' | 'meanAveragePrecision';

/** Numbers of images. */
export interface TransferSizes {
  /** To fit to, without those of `validation`. */
  readonly train: number;
  /** To choose settings by; none where they are to be held out of `train`. */
  readonly validation?: number;
  /** To score. */
  readonly test: number;
}

/**
 * A data set of SimCLR's transfer table: how large it is, what it is measured by, what was published; `openBenchmark`
 * of `image-files` reads it.
 */
export interface TransferBenchmark {
  /** As `openBenchmark` calls it. */
  readonly name: string;
  /** As its authors call it. */
  readonly title: string;
  /** The head of its column. */
  readonly heading: string;
  /** Number of classes. */
  readonly classes: number;
  readonly metric: TransferMetric;
  /** The official sizes. */
  readonly sizes: TransferSizes;
  /** How it is split. */
  readonly split: string;
  /** Whether its authors chose validation images; else training images are held out. */
  readonly validation: 'official' | 'held out';
  /** What was published, in per cent. */
  readonly published: Published;
  /** Who made it. */
  readonly paper: string;
  /** What its authors say of its use; not legal advice. */
  readonly licence: string;
}

const official = 'official lists';

/**
 * The data sets, in the order of the table, without what was published.
 *
 * Which data sets, metrics, splits and official validation images: Chen et al. 2020, arXiv 2002.05709, B.8, which
 * follows Kornblith, Shlens and Le 2019, arXiv 1805.08974, table 1. Sizes: those of the authors' lists; `train` is
 * without the official validation images.
 */
const known: readonly Omit<TransferBenchmark, 'published'>[] = [
  {
    name: 'food-101',
    title: 'Food-101',
    heading: 'Food',
    classes: 101,
    metric: 'accuracy',
    sizes: {train: 75_750, test: 25_250},
    split: official,
    validation: 'held out',
    paper: 'Bossard, Guillaumin and Van Gool 2014, ECCV',
    licence: 'the pictures belong to those who published them at Foodspotting; scientific fair use',
  },
  {
    name: 'cifar-10',
    title: 'CIFAR-10',
    heading: 'CIFAR10',
    classes: 10,
    metric: 'accuracy',
    sizes: {train: 50_000, test: 10_000},
    split: official,
    validation: 'held out',
    paper: 'Krizhevsky 2009, technical report',
    licence: 'none stated; its authors ask to cite the report',
  },
  {
    name: 'cifar-100',
    title: 'CIFAR-100',
    heading: 'CIFAR100',
    classes: 100,
    metric: 'accuracy',
    sizes: {train: 50_000, test: 10_000},
    split: official,
    validation: 'held out',
    paper: 'Krizhevsky 2009, technical report',
    licence: 'none stated; its authors ask to cite the report',
  },
  {
    name: 'birdsnap',
    title: 'Birdsnap',
    heading: 'Birdsnap',
    classes: 500,
    metric: 'accuracy',
    sizes: {train: 47_386, test: 2_443},
    split: 'official list of test images; those that are still published',
    validation: 'held out',
    paper: 'Berg et al. 2014, CVPR',
    licence: 'the pictures belong to those who published them at Flickr',
  },
  {
    name: 'sun397',
    title: 'SUN397',
    heading: 'SUN397',
    classes: 397,
    metric: 'accuracy',
    sizes: {train: 19_850, test: 19_850},
    split: 'the first of ten official partitions',
    validation: 'held out',
    paper: 'Xiao et al. 2010, CVPR',
    licence: 'none stated; the pictures belong to those who published them',
  },
  {
    name: 'cars',
    title: 'Stanford Cars',
    heading: 'Cars',
    classes: 196,
    metric: 'accuracy',
    sizes: {train: 8_144, test: 8_041},
    split: official,
    validation: 'held out',
    paper: 'Krause et al. 2013, 3dRR',
    licence: 'research that is not commercial, as ImageNet',
  },
  {
    name: 'aircraft',
    title: 'FGVC Aircraft',
    heading: 'Aircraft',
    classes: 100,
    metric: 'meanPerClassAccuracy',
    sizes: {train: 3_334, validation: 3_333, test: 3_333},
    split: `${official}, by variant`,
    validation: 'official',
    paper: 'Maji et al. 2013, arXiv 1306.5151',
    licence: 'research that is not commercial',
  },
  {
    name: 'voc-2007',
    title: 'PASCAL VOC 2007',
    heading: 'VOC2007',
    classes: 20,
    metric: 'meanAveragePrecision',
    sizes: {train: 2_501, validation: 2_510, test: 4_952},
    split: official,
    validation: 'official',
    paper: 'Everingham et al. 2010, IJCV 88',
    licence: "Flickr's terms of use",
  },
  {
    name: 'dtd',
    title: 'Describable Textures (DTD)',
    heading: 'DTD',
    classes: 47,
    metric: 'accuracy',
    sizes: {train: 1_880, validation: 1_880, test: 1_880},
    split: 'the first of ten official splits',
    validation: 'official',
    paper: 'Cimpoi et al. 2014, CVPR',
    licence: 'research',
  },
  {
    name: 'pets',
    title: 'Oxford-IIIT Pets',
    heading: 'Pets',
    classes: 37,
    metric: 'meanPerClassAccuracy',
    sizes: {train: 3_680, test: 3_669},
    split: official,
    validation: 'held out',
    paper: 'Parkhi et al. 2012, CVPR',
    licence: 'CC BY-SA 4.0; the pictures belong to those who published them',
  },
  {
    name: 'caltech-101',
    title: 'Caltech-101',
    heading: 'Caltech',
    classes: 102, // with the background
    metric: 'meanPerClassAccuracy',
    sizes: {train: 3_060, test: 6_084},
    split: '30 random training images of each class, the rest for testing',
    validation: 'held out',
    paper: 'Fei-Fei, Fergus and Perona 2004, CVPR workshop',
    licence: 'CC BY 4.0',
  },
  {
    name: 'flowers',
    title: 'Oxford 102 Flowers',
    heading: 'Flowers',
    classes: 102,
    metric: 'meanPerClassAccuracy',
    sizes: {train: 1_020, validation: 1_020, test: 6_149},
    split: official,
    validation: 'official',
    paper: 'Nilsback and Zisserman 2008, ICVGIP',
    licence: 'none stated',
  },
];

/** The twelve data sets of SimCLR's transfer table (Chen et al. 2020, arXiv 2002.05709, table 8), in its order. */
export const transferBenchmarks: readonly TransferBenchmark[] = known.map((one, column) => ({
  ...one,
  published: publishedIn(column),
}));
