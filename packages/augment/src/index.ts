export type {Augment, Images, ViewParams} from './contract.js';
export type {Random} from './random.js';
