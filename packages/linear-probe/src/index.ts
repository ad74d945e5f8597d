export type {HeldOut, L2Trial} from './logistic/choose-l2.js';
export {extractFeatures, type ExtractFeaturesOptions} from './extract-features.js';
export {selectRows, type Features} from './features.js';
export {
  knn,
  nearest,
  prepareBank,
  type KnnOptions,
  type KnnResult,
  type NearestOptions,
  type Neighbours,
  type PreparedBank,
} from './neighbours/knn.js';
export {
  logisticRegression,
  predict,
  type LogisticModel,
  type LogisticRegressionOptions,
} from './logistic/logistic-regression.js';
export type {LinearFit, LinearScores} from './logistic/fit-linear.js';
export {accuracy, meanPerClassAccuracy, perClassAccuracy, type ClassAccuracy} from './metrics/index.js';
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
} from './metrics/index.js';
export {oneVsRest, type OneVsRestOptions} from './logistic/one-vs-rest.js';
export {predictScores} from './logistic/predict-scores.js';
export {defaultL2Grid, probe, type ProbeOptions, type ProbeResult} from './probe.js';
export {similarPairs, type SimilarPairs, type SimilarPairsOptions} from './neighbours/similar-pairs.js';
export {standardise, type Standardisation} from './standardise.js';
export {fineTune} from './training/fine-tune.js';
export type {FineTuneOptions, FineTuneResult, FineTuneStep, FineTuneTrial} from './training/fine-tune-options.js';
export {
  shortFineTune,
  simclrFromScratch,
  simclrOnePercent,
  simclrTenPercent,
  simclrTransfer,
  type FineTuneRecipe,
} from './training/fine-tune-recipes.js';
export {linearProbe} from './training/linear-probe.js';
export {
  defaultLearningRates,
  type LinearProbeFit,
  type LinearProbeOptions,
  type LinearProbeResult,
  type RateTrial,
} from './training/linear-probe-options.js';
export {mocoLinear, simclrLinear, type LinearRecipe} from './training/linear-recipes.js';
export {onlineProbe, type OnlineProbeOptions} from './training/online-probe.js';
export type {CropRecipe} from './training/recipe-rules.js';
export {supervised, type Labels, type Logits, type Supervised, type SupervisedOptions} from './training/supervised.js';
export type {Setting} from './training/tuned.js';
export {unchanged} from './training/unchanged.js';
export {paperL2Grid, type SweepTrial} from './logistic/penalty-path.js';
export {sweepL2, type SweepL2Options, type SweepL2Result} from './logistic/sweep-l2.js';
export {
  sweepOneVsRest,
  type MarkedFeatures,
  type SweepOneVsRestOptions,
  type SweepOneVsRestResult,
} from './logistic/sweep-one-vs-rest.js';
export {
  formatTransferTable,
  transfer,
  transferBenchmarks,
  transferTable,
  type FormatTransferTableOptions,
  type Published,
  type PublishedFigures,
  type PublishedNetwork,
  type PublishedProtocol,
  type TransferBenchmark,
  type TransferCell,
  type TransferDataSet,
  type TransferEntry,
  type TransferMeasure,
  type TransferMetric,
  type TransferOptions,
  type TransferProtocol,
  type TransferRow,
  type TransferSizes,
  type TransferStart,
  type TransferTable,
} from './transfer/index.js';
