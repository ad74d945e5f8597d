/**
 * Mean cross-entropy of the softmax of `scores`, `[n, count]`; writes `(softmax − one-hot) / n` into `residuals`,
 * `[n, count]`, where given.
 */
export function crossEntropy(
  scores: Float32Array,
  positions: Int32Array,
  count: number,
  residuals?: Float32Array,
): number {
  const n = positions.length;
  const exponentials = new Float64Array(count);
  let loss = 0;
  for (let i = 0, row = 0; i < n; i++, row += count) {
    let max = -Infinity;
    for (let c = 0; c < count; c++) if (scores[row + c] > max) max = scores[row + c];
    let sum = 0;
    for (let c = 0; c < count; c++) sum += exponentials[c] = Math.exp(scores[row + c] - max);
    const label = positions[i];
    loss += Math.log(sum) + max - scores[row + label];
    if (residuals)
      for (let c = 0; c < count; c++) residuals[row + c] = (exponentials[c] / sum - (c === label ? 1 : 0)) / n;
  }
  return loss / n;
}
