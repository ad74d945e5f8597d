import {checkInteger, checkMomentum} from './check.js';

/** The momentum of the key network at a step, counted from 0. */
export type MomentumSchedule = (step: number) => number;

/** Options of {@link cosineMomentum}. */
export interface CosineMomentumOptions {
  /** The momentum at step 0, from 0 to 1; 0.99 by default. */
  readonly base?: number;
  /** The step from which on the momentum is 1; an integer from 1 on. */
  readonly steps: number;
}

/**
 * A momentum that grows from `base` to 1 along half a cosine, 1 − (1 − base)·(1 + cos(π·step/steps))/2, as in BYOL
 * (Grill et al. 2020, arXiv 2006.07733, section 3.3) and MoCo v3 (Chen, Xie and He 2021, arXiv 2104.02057). MoCo v1 and
 * v2 keep it constant.
 *
 * @throws `TypeError` or `RangeError` for an option out of range.
 * @example
 * ```ts
 * cosineMomentum({base: 0.99, steps: 100})(50); // 0.995
 * ```
 */
export function cosineMomentum({base = 0.99, steps}: CosineMomentumOptions): MomentumSchedule {
  checkMomentum('cosineMomentum', 'base', base);
  checkInteger('cosineMomentum', 'steps', steps, 1, 'give the length of the run');
  return step => 1 - (1 - base) * 0.5 * (1 + Math.cos(Math.PI * Math.min(step / steps, 1)));
}
