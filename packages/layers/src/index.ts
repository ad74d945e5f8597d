export {adjustNorms, fixStatisticsAlike, type NormAdjustments} from './adjust-norms.js';
export {batchNorm, type BatchNormOptions} from './batch-norm.js';
export {checkPreparation, checkViews, recordPreparation, recordedPreparation, samePreparation} from './check-views.js';
export {type BatchNormCall} from './contrastive-batch-norm.js';
export {alone, communicatorRule, type Communicator} from './communicator.js';
export {copyWeights, pairWeights, type WeightPair} from './copy-weights.js';
export {forTraining, freezeAlike} from './for-training.js';
export {freezeLayers, type FreezeOptions} from './freeze-layers.js';
export {type OnStatistics} from './normalize.js';
export {namedWeights, type NamedWeight} from './named-weights.js';
export {
  checkNetworks,
  encode,
  modelRule,
  recomputeRule,
  requireBackend,
  variablesOf,
  type EncodeOptions,
  type NetworkVariables,
  type Networks,
} from './networks.js';
export {seedFor} from './seed-for.js';
export {type Splitting} from './splits.js';
export {toStockTopology} from './stock-topology.js';
export {type Recompute} from './training-pass.js';
export {watchFeatures, type FeatureWatcher} from './watch-features.js';
