export type {Method, Projections, StepContext, Views} from './method.js';
export type {StepRecord, TrainOptions} from './options.js';
export {train} from './train.js';
export {checkSaved, restoreVariables} from '@contrastive/optim';
