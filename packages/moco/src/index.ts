export {moco, type MoCo, type MoCoKeys, type MoCoQueries} from './moco.js';
export type {MoCoLossInput, MoCoOptions} from './options.js';
export {mocoV1, mocoV2, type MoCoPresetOptions} from './presets.js';
