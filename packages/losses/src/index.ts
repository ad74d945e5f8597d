export type {Loss, LossInput} from './contract.js';
