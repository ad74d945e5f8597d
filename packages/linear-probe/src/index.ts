export {chooseL2, defaultL2Grid, type ChooseL2Options, type L2Choice, type L2Trial} from './choose-l2.js';
export {extractFeatures, type ExtractFeaturesOptions} from './extract-features.js';
export {selectRows, type Features} from './features.js';
export {knn, type KnnOptions, type KnnResult} from './knn.js';
export {labelSubset} from './label-subset.js';
export {
  logisticRegression,
  predict,
  type LogisticModel,
  type LogisticRegressionOptions,
} from './logistic-regression.js';
export {accuracy, meanPerClassAccuracy} from './metrics.js';
export {probe, type ProbeOptions, type ProbeResult} from './probe.js';
export {standardise, type Standardisation} from './standardise.js';
