import type {LabelMatrix} from '../metrics/label-matrix.js';

/** How many rows count for each class, `[classCount]`. */
export function countRows({relevant, difficult, classCount}: LabelMatrix): Float64Array {
  const rows = new Float64Array(classCount);
  for (let i = 0; i < relevant.length; i++) if (difficult?.[i] !== 1) rows[i % classCount]++;
  return rows;
}

/**
 * The sum over the classes of the mean cross-entropy of the sigmoid of `scores`, `[n, count]`, over the rows that count
 * for the class; writes its derivative by each score into `residuals`, `[n, count]`.
 *
 * @param rows How many rows count for each class, `[count]`.
 */
export function sigmoidCrossEntropy(
  scores: Float32Array,
  {relevant, difficult}: LabelMatrix,
  rows: Float64Array,
  residuals: Float32Array,
): number {
  const count = rows.length;
  const n = relevant.length / count;
  const losses = new Float64Array(count);
  for (let i = 0, at = 0; i < n; i++) {
    for (let c = 0; c < count; c++, at++) {
      if (difficult?.[at] === 1) {
        residuals[at] = 0;
        continue;
      }
      // Of the score against the other answer: log(1 + exp(−margin)), without overflow.
      const margin = relevant[at] === 1 ? scores[at] : -scores[at];
      const exponential = Math.exp(-Math.abs(margin));
      losses[c] += Math.log1p(exponential) + Math.max(-margin, 0);
      const wrong = (margin < 0 ? 1 : exponential) / (1 + exponential); // probability of the other answer
      residuals[at] = (relevant[at] === 1 ? -wrong : wrong) / rows[c];
    }
  }
  return losses.reduce((sum, loss, c) => sum + loss / rows[c], 0);
}
