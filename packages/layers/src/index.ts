export {batchNorm, type BatchNormOptions} from './batch-norm.js';
export {checkNetworks} from './check-networks.js';
export {type BatchNormCall} from './contrastive-batch-norm.js';
export {forTraining} from './for-training.js';
export {namedWeights, type NamedWeight} from './named-weights.js';
export {seedFor} from './seed-for.js';
export {type Splitting} from './splits.js';
export {toStockTopology} from './stock-topology.js';
