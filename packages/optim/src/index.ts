export {adamw, type AdamWOptions} from './adamw.js';
export type {Optimizer, Parameters, Schedule} from './contract.js';
export {lars, type LarsForm, type LarsOptions} from './lars.js';
export {exceptNorm, exceptNormAndBias} from './parameter-names.js';
export {checkSaved, restoreVariables} from './restore-variables.js';
export {
  cosine,
  linearScaling,
  multistep,
  perEpoch,
  squareRootScaling,
  warmupCosine,
  type CosineOptions,
  type MultistepOptions,
  type WarmupCosineOptions,
} from './schedules.js';
export {sgd, type SgdOptions} from './sgd.js';
