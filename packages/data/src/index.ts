export type {IndexedSource} from './source.js';
