import type {Features} from '@contrastive/linear-probe';

/** Turns of the power iteration: the map's start needs no exact axes. */
const TURNS = 30;

/** The mean of each column. */
function means({data, rows, columns}: Features): Float64Array {
  const sums = new Float64Array(columns);
  for (let row = 0; row < rows; row++) for (let c = 0; c < columns; c++) sums[c] += data[row * columns + c];
  return sums.map(sum => sum / rows);
}

/** Makes a vector one of length 1; one of zeros stays. */
function normalise(vector: Float64Array): void {
  const length = Math.hypot(...vector) || 1;
  for (let c = 0; c < vector.length; c++) vector[c] /= length;
}

/**
 * The two coordinates of each row along the directions in which rows differ most, found by power iteration: the same
 * for the same rows. The sign of a direction is that of its largest entry, so that nothing is mirrored at random.
 *
 * @param random Numbers in [0, 1), where the iteration starts.
 * @returns `[rows, 2]`, pairs one after the other.
 */
export function principalComponents(features: Features, random: () => number): Float64Array {
  const {data, rows, columns} = features;
  const mean = means(features);
  const axes: Float64Array[] = [];
  const result = new Float64Array(2 * rows);
  for (let which = 0; which < 2; which++) {
    let axis = Float64Array.from({length: columns}, () => random() - 0.5);
    for (let turn = 0; turn < TURNS; turn++) {
      for (const earlier of axes) {
        const along = axis.reduce((sum, value, c) => sum + value * earlier[c], 0);
        axis = axis.map((value, c) => value - along * earlier[c]);
      }
      normalise(axis);
      const next = new Float64Array(columns);
      for (let row = 0, at = 0; row < rows; row++, at += columns) {
        let along = 0;
        for (let c = 0; c < columns; c++) along += (data[at + c] - mean[c]) * axis[c];
        result[2 * row + which] = along;
        for (let c = 0; c < columns; c++) next[c] += along * (data[at + c] - mean[c]);
      }
      if (turn + 1 < TURNS) axis = next;
    }
    const largest = axis.reduce((best, value, c) => (Math.abs(value) > Math.abs(axis[best]) ? c : best), 0);
    if (axis[largest] < 0) for (let row = 0; row < rows; row++) result[2 * row + which] *= -1;
    axes.push(axis);
  }
  return result;
}
