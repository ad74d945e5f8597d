import {realpathSync} from 'node:fs';
import {resolve} from 'node:path';
import type {Source} from '@contrastive/data';
import {nearest, type Features} from '@contrastive/linear-probe';
import type {Indexed} from '../../data/feature-index.js';
import type {Data} from '../../data/open-data.js';

/** An image that was found. */
interface Hit {
  /** In the source. */
  readonly index: number;
  readonly name: string;
  /** Cosine of the features, in [−1, 1]. */
  readonly similarity: number;
}

/** What was found for an image. */
export interface Found {
  readonly query: string;
  readonly hits: readonly Hit[];
}

/** What an image is at least alike to itself; below, files need not be compared. */
const ITSELF = 0.999;

/** Where a file lies, whatever links lead to it and however they are written. */
function placeOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return resolve(path);
  }
}

/**
 * The `k` images nearest to each query; where a query is one of the searched files, without itself.
 *
 * @param names The file of each query.
 */
export async function find(
  bank: Indexed,
  queries: Features,
  {source, files}: Pick<Data<Source>, 'source' | 'files'>,
  names: readonly string[],
  k: number,
): Promise<Found[]> {
  const {rows, similarities, count} = await nearest(bank, queries, k + 1);
  return names.map((query, i) => ({
    query,
    hits: Array.from({length: count}, (_, place) => {
      const index = bank.indices[rows[i * count + place]];
      return {index, name: source.nameOf(index), similarity: similarities[i * count + place]};
    })
      .filter(({name, similarity}) => !files || similarity < ITSELF || placeOf(name) !== placeOf(query))
      .slice(0, k),
  }));
}
