export {mocoV1Head, mocoV2Head, simclrHead, type HeadOptions, type SimCLRHeadOptions} from './presets.js';
export {projectionHead, type ProjectionHeadOptions} from './projection-head.js';
