export type {Optimizer, Parameters, Schedule} from './contract.js';
export {restoreVariables} from './restore-variables.js';
export {
  constant,
  cosine,
  linearScaling,
  multistep,
  squareRootScaling,
  warmupCosine,
  type CosineOptions,
  type MultistepOptions,
  type WarmupCosineOptions,
} from './schedules.js';
export {sgd, type SgdOptions} from './sgd.js';
