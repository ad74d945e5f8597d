import {checkColumns, checkFeatures, type Features} from './features.js';

/** Mean and standard deviation of each column of some features. */
export interface Standardisation {
  /** `[columns]`. */
  readonly mean: Float64Array;
  /** Standard deviation over all rows (not n − 1), `[columns]`; 1 for a constant column, which then becomes 0. */
  readonly std: Float64Array;
  /** `(x − mean) / std` of other features with as many columns; a new record, labels shared. */
  apply<F extends Features>(features: F): F;
}

/**
 * Measures each column, for features of mean 0 and variance 1; as scikit-learn's `StandardScaler`.
 *
 * @throws RangeError when sizes do not fit or a number is not finite.
 * @example
 * const scale = standardise(train);
 * const [scaledTrain, scaledTest] = [scale.apply(train), scale.apply(test)];
 */
export function standardise(train: Features): Standardisation {
  checkFeatures('standardise', 'train', train);
  const {data, rows, columns} = train;
  const mean = new Float64Array(columns);
  const std = new Float64Array(columns);
  const constant = new Uint8Array(columns).fill(1);
  for (let i = 0; i < data.length; i += columns) for (let j = 0; j < columns; j++) mean[j] += data[i + j] / rows;
  for (let i = 0; i < data.length; i += columns) {
    for (let j = 0; j < columns; j++) {
      std[j] += (data[i + j] - mean[j]) ** 2 / rows;
      if (data[i + j] !== data[j]) constant[j] = 0;
    }
  }
  for (let j = 0; j < columns; j++) {
    // A constant column is told by its values: rounding leaves its computed variance a little above 0.
    mean[j] = constant[j] === 1 ? data[j] : mean[j];
    std[j] = constant[j] === 1 ? 1 : Math.sqrt(std[j]);
  }
  return {
    mean,
    std,
    apply: <F extends Features>(features: F): F => {
      checkColumns('standardise.apply', 'features', features, columns);
      const scaled = new Float32Array(features.data.length);
      for (let i = 0; i < scaled.length; i += columns) {
        for (let j = 0; j < columns; j++) scaled[i + j] = (features.data[i + j] - mean[j]) / std[j];
      }
      return {...features, data: scaled};
    },
  };
}
