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
export type {LinearFit, LinearScores} from './fit-linear.js';
export {accuracy, meanPerClassAccuracy, perClassAccuracy, type ClassAccuracy} from './metrics.js';
export {
  averagePrecision,
  bootstrapInterval,
  confusionMatrix,
  meanAveragePrecision,
  perClassAveragePrecision,
  permutationTest,
  topKAccuracy,
  wilsonInterval,
  type AveragePrecisionForm,
  type AveragePrecisionOptions,
  type BootstrapInterval,
  type BootstrapOptions,
  type ClassAveragePrecision,
  type ConfusionMatrix,
  type ConfusionMatrixOptions,
  type LabelMatrix,
  type MeanAveragePrecisionOptions,
  type PermutationTest,
  type PermutationTestOptions,
  type TopKOptions,
  type WilsonInterval,
  type WilsonOptions,
} from './metrics.js';
export {oneVsRest, type OneVsRestOptions} from './one-vs-rest.js';
export {predictScores} from './predict-scores.js';
export {defaultL2Grid, probe, type ProbeOptions, type ProbeResult} from './probe.js';
export {standardise, type Standardisation} from './standardise.js';
export {paperL2Grid, type SweepTrial} from './penalty-path.js';
export {sweepL2, type SweepL2Options, type SweepL2Result} from './sweep-l2.js';
export {
  sweepOneVsRest,
  type MarkedFeatures,
  type SweepOneVsRestOptions,
  type SweepOneVsRestResult,
} from './sweep-one-vs-rest.js';
