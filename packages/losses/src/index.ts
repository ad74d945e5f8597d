export {barlowTwins, type BarlowTwinsOptions} from './barlow-twins.js';
export type {Loss, LossInput} from './contract.js';
export {decoupled, type DecoupledOptions, type VonMisesFisher} from './decoupled.js';
export {infoNCE, type InfoNCEInput, type InfoNCEOptions} from './info-nce.js';
export {negativeCosine} from './negative-cosine.js';
export {ntXent, type NTXentOptions} from './nt-xent.js';
export {l2Normalize} from './rows.js';
export {stopGradient} from './stop-gradient.js';
export {supCon, type SupConInput, type SupConOptions} from './sup-con.js';
