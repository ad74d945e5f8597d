import {createRandom} from '@contrastive/augment';
import {nextTurn} from '@contrastive/internal';
import type {Features} from '@contrastive/linear-probe';
import {UMAP} from 'umap-js';
import type {MapData} from '../data.js';
import {principalComponents} from './principal-components.js';

/** Neighbours that UMAP looks at, the row itself included: its own default. */
const NEIGHBOURS = 15;

/** Keeps these draws apart from others of the same seed. */
const stream = 0x0a9;

/** The nearest rows of each row, which do not have the row itself. */
export interface NearestRows {
  /** Neighbours of a row. */
  readonly count: number;
  /** `[n, count]`, the nearest first. */
  readonly rows: Int32Array;
  /** Cosine similarities, `[n, count]`. */
  readonly similarities: Float32Array;
}

/** Passes over the graph: fewer for more points, as UMAP's own default has it, and with half as many for small maps. */
const epochsOf = (points: number): number => (points > 5000 ? 200 : 300);

/** Positions by UMAP, in its own units. */
async function umapOf(
  features: Features,
  {count, rows, similarities}: NearestRows,
  random: () => number,
  onEpoch: (done: number, total: number) => void,
): Promise<number[][]> {
  const n = features.rows;
  const indices: number[][] = [];
  const distances: number[][] = [];
  for (let row = 0; row < n; row++) {
    const from = row * count;
    indices.push([row, ...rows.subarray(from, from + NEIGHBOURS - 1)]);
    distances.push([0, ...Array.from(similarities.subarray(from, from + NEIGHBOURS - 1), s => Math.max(0, 1 - s))]);
  }
  const nEpochs = epochsOf(n);
  const umap = new UMAP({nNeighbors: NEIGHBOURS, nEpochs, random});
  umap.setPrecomputedKNN(indices, distances);
  umap.initializeFit(indices); // with neighbours given, it asks this only for its length
  // Paper (McInnes, Healy & Melville 2018, arXiv:1802.03426): a spectral start; umap-js: a random one. Here: principal
  // components, which keep what is far apart where it was, and cost a second.
  const start = principalComponents(features, random);
  const scale = 10 / (start.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1);
  const positions = umap.getEmbedding();
  positions.forEach((position, row) => {
    for (let axis = 0; axis < 2; axis++) position[axis] = scale * start[2 * row + axis] + 1e-3 * (random() - 0.5);
  });
  for (let epoch = 1; epoch <= nEpochs; epoch++) {
    umap.step();
    if (epoch % 10 > 0) continue;
    onEpoch(epoch, nEpochs);
    await nextTurn();
  }
  return positions;
}

/** Moves and scales positions so that the larger side goes from 0 to 1. */
function framed(positions: readonly (readonly number[])[]): Pick<MapData, 'x' | 'y'> {
  const least = [0, 1].map(axis => positions.reduce((low, at) => Math.min(low, at[axis]), Infinity));
  const most = [0, 1].map(axis => positions.reduce((high, at) => Math.max(high, at[axis]), -Infinity));
  const side = Math.max(most[0] - least[0], most[1] - least[1]) || 1;
  const of = (axis: number) => positions.map(at => Math.round((1e4 * (at[axis] - least[axis])) / side) / 1e4);
  return {x: of(0), y: of(1)};
}

/**
 * Where rows of features lie on a map: by UMAP of their exact nearest neighbours by cosine, the same for the same seed;
 * by principal components where there are too few rows for it.
 *
 * @param onEpoch Called with the passes that are done and their number.
 */
export async function layOut(
  features: Features,
  nearest: NearestRows,
  seed: number,
  onEpoch: (done: number, total: number) => void = () => undefined,
): Promise<Pick<MapData, 'by' | 'x' | 'y'>> {
  const draws = createRandom(seed, stream);
  const random = (): number => draws.uniform();
  if (nearest.count < NEIGHBOURS - 1 || features.rows <= NEIGHBOURS) {
    const start = principalComponents(features, random);
    const positions = Array.from({length: features.rows}, (_, row) => [start[2 * row], start[2 * row + 1]]);
    return {by: 'principal components', ...framed(positions)};
  }
  return {by: 'umap', ...framed(await umapOf(features, nearest, random, onEpoch))};
}
