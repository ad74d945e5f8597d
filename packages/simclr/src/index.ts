export {createSimCLR, type SimCLROptions} from './create-simclr.js';
export {contrastiveAccuracy, contrastiveEntropy} from './metrics.js';
