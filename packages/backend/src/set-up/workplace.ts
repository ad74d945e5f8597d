import type {Phases} from './phases.js';

/** What the parts of a set-up share. */
export interface Workplace {
  /** Directory of the cache. */
  readonly cache: string;
  /** Tells what is done, and how long it took. */
  readonly phases: Phases;
  /** Ends the work. */
  readonly signal?: AbortSignal;
}
