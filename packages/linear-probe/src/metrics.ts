export {accuracy} from './metrics/accuracy.js';
export {
  averagePrecision,
  type AveragePrecisionForm,
  type AveragePrecisionOptions,
} from './metrics/average-precision.js';
export {bootstrapInterval, type BootstrapInterval, type BootstrapOptions} from './metrics/bootstrap-interval.js';
export {confusionMatrix, type ConfusionMatrix, type ConfusionMatrixOptions} from './metrics/confusion-matrix.js';
export type {LabelMatrix} from './metrics/label-matrix.js';
export {
  meanAveragePrecision,
  perClassAveragePrecision,
  type ClassAveragePrecision,
  type MeanAveragePrecisionOptions,
} from './metrics/mean-average-precision.js';
export {meanPerClassAccuracy, perClassAccuracy, type ClassAccuracy} from './metrics/per-class-accuracy.js';
export {permutationTest, type PermutationTest, type PermutationTestOptions} from './metrics/permutation-test.js';
export {topKAccuracy, type TopKOptions} from './metrics/top-k-accuracy.js';
export {wilsonInterval, type WilsonInterval, type WilsonOptions} from './metrics/wilson-interval.js';
