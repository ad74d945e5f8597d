import {confusionMatrix, nearest, wilsonInterval, type Features} from '@contrastive/linear-probe';
import type {LeaveOneOutData} from '../data.js';
import type {NearestRows} from './layout.js';

/** The nearest rows of each row among the others, by cosine; of equally near ones the earlier. */
export async function nearestOthers(
  features: Features,
  most: number,
  onProgress?: (done: number, total: number) => void,
): Promise<NearestRows> {
  const n = features.rows;
  const count = Math.min(most, n - 1);
  const found = await nearest(features, features, count + 1, onProgress && {onProgress});
  const rows = new Int32Array(n * count);
  const similarities = new Float32Array(n * count);
  for (let row = 0; row < n; row++) {
    let to = row * count;
    const end = to + count;
    // Without itself; of many that are the same it may not be among them.
    for (let at = row * found.count; to < end; at++) {
      if (found.rows[at] === row) continue;
      rows[to] = found.rows[at];
      similarities[to] = found.similarities[at];
      to++;
    }
  }
  return {count, rows, similarities};
}

/** Weight of a vote: exp(similarity / temperature), as `knn` of `@contrastive/linear-probe`. */
const TEMPERATURE = 0.1;

/**
 * What the nearest neighbours make of each row, all others being known: the weighted vote of `knn`, with each row left
 * out in turn. It needs no split, and says how well classes stand apart where the map shows them.
 *
 * @param nearest The nearest neighbours of each row.
 * @param labels Class of each row, `[n]`.
 * @param classNames Name of each class by its number; classes without one are called by their number.
 */
export function leaveOneOut(
  {count, rows, similarities}: NearestRows,
  labels: Int32Array,
  classNames: readonly string[] = [],
): LeaveOneOutData {
  const predictions = Int32Array.from(labels, (_, row) => {
    const votes = new Map<number, number>();
    for (let at = row * count; at < (row + 1) * count; at++) {
      const label = labels[rows[at]];
      votes.set(
        label,
        (votes.get(label) ?? 0) + Math.exp((similarities[at] - similarities[row * count]) / TEMPERATURE),
      );
    }
    // The most votes; of equal ones the lower label.
    return [...votes].reduce((best, one) =>
      one[1] > best[1] || (one[1] === best[1] && one[0] < best[0]) ? one : best,
    )[0];
  });
  const right = predictions.reduce((sum, label, row) => sum + Number(label === labels[row]), 0);
  const {low, high} = wilsonInterval(right, labels.length);
  const {classes, counts} = confusionMatrix(predictions, labels);
  return {
    k: count,
    rows: labels.length,
    accuracy: right / labels.length,
    low,
    high,
    confusion: {
      by: `the ${count} nearest other images`,
      classNames: Array.from(classes, label => classNames.at(label) ?? String(label)),
      counts: Array.from(counts),
    },
  };
}
