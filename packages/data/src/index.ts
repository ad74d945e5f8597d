export {fashionMnist, type FashionMnistOptions} from './fashion-mnist.js';
export {fromArrays, type ImageArrays} from './from-arrays.js';
export {readIdx, type Idx} from './idx.js';
export {prefetch} from './prefetch.js';
export type {IndexedSource} from './source.js';
export {subset} from './subset.js';
export {stepsPerEpoch, twoViews, type TwoViewsOptions} from './two-views.js';
export {disposeViews, type Views} from './views.js';
