export type {Loss, LossInput} from './contract.js';
export {l2Normalize} from './normalize.js';
export {ntXent, type NTXentOptions} from './nt-xent.js';
