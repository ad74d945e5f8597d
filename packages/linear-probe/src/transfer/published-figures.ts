/** What a paper measured on a data set by one protocol, in per cent. */
export interface PublishedFigures {
  /** SimCLR, trained on ImageNet without labels. */
  readonly simclr: number;
  /** The same network trained on ImageNet with labels. */
  readonly supervised: number;
  /** The same network from random weights, where all of it was trained. */
  readonly randomInit?: number;
}

/** The two protocols of SimCLR's transfer: logistic regression on frozen features, or training all of the network. */
export type PublishedProtocol = 'linear' | 'fineTuned';

/** The networks whose figures there are: ResNet-50, and the same with four times the channels. */
export type PublishedNetwork = 'resnet50' | 'resnet50x4';

/** What was published of a data set. */
export type Published = Readonly<Record<PublishedNetwork, Readonly<Record<PublishedProtocol, PublishedFigures>>>>;

/**
 * Rows as printed, in per cent; columns are those of `transferBenchmarks`. ResNet-50 (4×): Chen et al. 2020, arXiv
 * 2002.05709, table 8. ResNet-50: the same, table B.5; its rows of supervised training as Grill et al. 2020, arXiv
 * 2006.07733, table 3, repeat them.
 */
const rows = {
  resnet50x4: {
    linear: {
      simclr: [76.9, 95.3, 80.2, 48.4, 65.9, 60.0, 61.2, 84.2, 78.9, 89.2, 93.9, 95.0],
      supervised: [75.2, 95.7, 81.2, 56.4, 64.9, 68.8, 63.8, 83.8, 78.7, 92.3, 94.1, 94.2],
    },
    fineTuned: {
      simclr: [89.4, 98.6, 89.0, 78.2, 68.1, 92.1, 87.0, 86.6, 77.8, 92.1, 94.1, 97.6],
      supervised: [88.7, 98.3, 88.7, 77.8, 67.0, 91.4, 88.0, 86.5, 78.8, 93.2, 94.2, 98.0],
      randomInit: [88.3, 96.0, 81.9, 77.0, 53.7, 91.3, 84.8, 69.4, 64.1, 82.7, 72.5, 92.5],
    },
  },
  resnet50: {
    linear: {
      simclr: [68.4, 90.6, 71.6, 37.4, 58.8, 50.3, 50.3, 80.5, 74.5, 83.6, 90.3, 91.2],
      supervised: [72.3, 93.6, 78.3, 53.7, 61.9, 66.7, 61.0, 82.8, 74.9, 91.5, 94.5, 94.7],
    },
    fineTuned: {
      simclr: [88.2, 97.7, 85.9, 75.9, 63.5, 91.3, 88.1, 84.1, 73.2, 89.2, 92.1, 97.0],
      supervised: [88.3, 97.5, 86.4, 75.8, 64.3, 92.1, 86.0, 85.0, 74.6, 92.1, 93.3, 97.6],
      randomInit: [86.9, 95.9, 80.2, 76.1, 53.6, 91.4, 85.9, 67.3, 64.8, 81.5, 72.6, 92.0],
    },
  },
} as const;

/** What was published of the data set in one column. */
export function publishedIn(column: number): Published {
  const of = ({linear, fineTuned}: (typeof rows)[PublishedNetwork]) => ({
    linear: {simclr: linear.simclr[column], supervised: linear.supervised[column]},
    fineTuned: {
      simclr: fineTuned.simclr[column],
      supervised: fineTuned.supervised[column],
      randomInit: fineTuned.randomInit[column],
    },
  });
  return {resnet50: of(rows.resnet50), resnet50x4: of(rows.resnet50x4)};
}
