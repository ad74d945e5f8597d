export type {Method, Projections, StepContext, Views} from './method.js';
