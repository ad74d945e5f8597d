export type {HeldOut, L2Trial} from './choose-l2.js';
export {extractFeatures, type ExtractFeaturesOptions} from './extract-features.js';
export {selectRows, type Features} from './features.js';
export {knn, nearest, type KnnOptions, type KnnResult, type NearestOptions, type Neighbours} from './knn.js';
export {
  logisticRegression,
  predict,
  type LogisticModel,
  type LogisticRegressionOptions,
} from './logistic-regression.js';
export {accuracy, meanPerClassAccuracy, perClassAccuracy, type ClassAccuracy} from './metrics.js';
export {defaultL2Grid, probe, type ProbeOptions, type ProbeResult} from './probe.js';
export {standardise, type Standardisation} from './standardise.js';
