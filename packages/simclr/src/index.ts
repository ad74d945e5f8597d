export {simclr, type SimCLRLossInput, type SimCLROptions} from './simclr.js';
