export {checkLoss, lossFindings, type CheckLossOptions} from './testing/check-loss.js';
export type {LossFinding, LossRule} from './testing/finding.js';
