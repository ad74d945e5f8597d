export {batchNorm, type BatchNormOptions} from './batch-norm.js';
export {forTraining} from './for-training.js';
export {seedFor} from './seed-for.js';
export {toStockTopology} from './stock-topology.js';
