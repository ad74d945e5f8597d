export {accuracy} from './accuracy.js';
export {averagePrecision, type AveragePrecisionForm, type AveragePrecisionOptions} from './average-precision.js';
export {bootstrapInterval, type BootstrapInterval, type BootstrapOptions} from './bootstrap-interval.js';
export {confusionMatrix, type ConfusionMatrix, type ConfusionMatrixOptions} from './confusion-matrix.js';
export type {LabelMatrix} from './label-matrix.js';
export {
  meanAveragePrecision,
  perClassAveragePrecision,
  type ClassAveragePrecision,
  type MeanAveragePrecisionOptions,
} from './mean-average-precision.js';
export {meanPerClassAccuracy, perClassAccuracy, type ClassAccuracy} from './per-class-accuracy.js';
export {permutationTest, type PermutationTest, type PermutationTestOptions} from './permutation-test.js';
export {topKAccuracy, type TopKOptions} from './top-k-accuracy.js';
export {wilsonInterval, type WilsonInterval, type WilsonOptions} from './wilson-interval.js';
