export type {Optimizer, Parameters, Schedule} from './contract.js';
