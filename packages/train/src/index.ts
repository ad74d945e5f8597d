export type {Method, ProjectOptions, Projections, StepContext, Views} from './method.js';
export type {TrainOptions} from './options.js';
export type {Resume, StepRecord, StepSeconds} from './record.js';
export {train} from './train.js';
export {checkSaved, restoreVariables} from '@contrastive/optim';
