import {checkOptions, integer, number, type Rules} from '@contrastive/internal';
import {alone, communicatorRule, requireBackend, type Communicator} from '@contrastive/layers';
import {checkColumns, checkLabelled, countUnknown, findClasses, type Features} from '../features.js';
import {accuracy} from '../metrics/accuracy.js';
import {partOf, rowsOfAll} from '../ranks.js';
import {measured} from './cosine.js';
import {findNearest, nearestRules, type NearestOptions} from './nearest.js';

export {prepareBank, type PreparedBank} from './bank.js';
export {nearest, type NearestOptions, type Neighbours} from './nearest.js';

/** Settings of `knn`. */
export interface KnnOptions extends NearestOptions {
  /** Neighbours that vote; 200 by default. More than there are training rows counts as all of them. */
  readonly k?: number;
  /** A neighbour's vote is exp(similarity / temperature); above 0, 0.1 by default. */
  readonly temperature?: number;
  /**
   * The ranks that share the test rows, of which all have all of both; each finds the neighbours of its part. A process
   * by itself by default.
   */
  readonly communicator?: Communicator;
}

/** What `knn` found. */
export interface KnnResult {
  /** Fraction of the test rows whose class was found, in [0, 1]. */
  readonly accuracy: number;
  /** Class of each test row, `[rows]`. */
  readonly predictions: Int32Array;
  /** Neighbours that voted: `k`, or all training rows where there are fewer. */
  readonly k: number;
  /** Classes of the training rows, one of which each answer is. */
  readonly classCount: number;
  /** Test rows whose class is none of these; they count as wrong. */
  readonly unknownRows: number;
}

const knnRules: Rules<KnnOptions> = {
  ...nearestRules,
  k: integer({least: 1}),
  temperature: number({above: 0}),
  communicator: communicatorRule,
};

/**
 * Classifies each test row by a weighted vote of its `k` nearest training rows: cosine similarity s, weight exp(s /
 * temperature) (Wu et al. 2018, arXiv:1805.01978, section 3.4). The classes are those of the training rows; equal votes
 * go to the lower label, equal similarities to the earlier row. With fewer training rows than `k` all vote; the result
 * says how many did, how many classes there were to choose from, and how many test rows are of none of them.
 *
 * @throws TypeError without labels; RangeError for options out of range, sizes that do not fit, or numbers that are not
 * finite.
 * @example
 * const {accuracy} = await knn(train, test, {k: 20});
 */
export async function knn(train: Features, test: Features, options: KnnOptions = {}): Promise<KnnResult> {
  checkOptions('knn', options, knnRules);
  requireBackend('knn');
  const {k = 200, temperature = 0.1, communicator = alone, onProgress} = options;
  const {labels} = checkLabelled('knn', 'train', train);
  const judged = checkLabelled('knn', 'test', test);
  checkColumns('knn', 'test', test, train.columns);
  const {classes, positions} = findClasses(labels);
  const [from, to] = partOf(communicator, test.rows);
  const own = {...test, data: test.data.subarray(from * test.columns, to * test.columns), rows: to - from};
  const found = await findNearest(measured(train), measured(own), Math.min(k, train.rows), onProgress);
  const {count, rows, similarities} = found;
  const votes = new Float64Array(classes.length);
  const answers = Int32Array.from({length: own.rows}, (_, i) => {
    votes.fill(0);
    for (let at = i * count; at < (i + 1) * count; at++) {
      // Less the largest similarity, so that a low temperature neither overflows nor leaves nothing but zeros.
      votes[positions[rows[at]]] += Math.exp((similarities[at] - similarities[i * count]) / temperature);
    }
    return classes[votes.indexOf(Math.max(...votes))];
  });
  const predictions = communicator.size === 1 ? answers : await rowsOfAll(communicator, answers, 1);
  return {
    accuracy: accuracy(predictions, judged.labels),
    predictions,
    k: count,
    classCount: classes.length,
    unknownRows: countUnknown(judged.labels, classes),
  };
}
