export {createMoCo, type MoCoProjections, type MoCoTargets} from './create-moco.js';
export {contrastiveAccuracy, embeddingSpread} from './metrics.js';
export type {MoCoLossInput, MoCoOptions} from './options.js';
export {mocoV1, mocoV2, type MoCoPresetOptions} from './presets.js';
