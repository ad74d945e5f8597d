import {checkValue, list, narrowed, number} from '@contrastive/internal';
import type {LinearFit} from './fit-linear.js';

/**
 * The penalties that the papers try: 45, evenly spaced by their logarithm from 1e-6 to 1e5 (Kornblith et al. 2019,
 * arXiv:1805.08974; Chen et al. 2020, arXiv:2002.05709, appendix B.8). Neither says what the penalty stands beside;
 * here it is λ of mean cross-entropy + ½λ‖W‖².
 */
export const paperL2Grid: readonly number[] = Array.from({length: 45}, (_, i) => 10 ** (-6 + (11 * i) / 44));

/** A list of penalties. */
export const gridRule = narrowed(
  list(number({least: 0}), 'a list of numbers from 0 on, at least one,'),
  ({length}: ArrayLike<number>) => length > 0,
);

/** How one penalty of a sweep did. */
export interface SweepTrial {
  /** The penalty. */
  readonly l2: number;
  /** The metric on the validation rows. */
  readonly score: number;
  /** Iterations of L-BFGS. */
  readonly iterations: number;
  /** Whether the fit reached its tolerance. */
  readonly converged: boolean;
}

/** What is done with each penalty. */
interface Steps<M extends LinearFit> {
  readonly fit: (l2: number, initial: M | undefined) => Promise<M>;
  /** The metric of a fit, the higher the better. */
  readonly judge: (model: M) => Promise<number>;
  readonly onTrial?: (trial: SweepTrial) => void;
}

/**
 * Fits with each penalty, from the strongest to the weakest, each from where the last ended, and judges it.
 *
 * @returns the best fit, of equally good ones that of the strongest penalty, and how each did.
 */
export async function followPath<M extends LinearFit>(
  where: string,
  [...l2Grid]: readonly number[],
  {fit, judge, onTrial}: Steps<M>,
): Promise<{readonly best: M; readonly trials: readonly SweepTrial[]}> {
  const trials: SweepTrial[] = [];
  const fits: M[] = []; // the best and the last
  let highest = -Infinity;
  for (const l2 of l2Grid.sort((a, b) => b - a)) {
    const model = await fit(l2, fits.at(-1));
    const score = await judge(model);
    checkValue(where, 'the result of metric', score, number());
    const trial = {l2, score, iterations: model.iterations, converged: model.converged};
    trials.push(trial);
    onTrial?.(trial);
    fits.splice(score > highest ? 0 : 1, 2, model);
    highest = Math.max(highest, score);
  }
  return {best: fits[0], trials};
}
