import type {TwoViews} from '@contrastive/data';
import {sgd} from '@contrastive/optim';
import {train, type Method} from '@contrastive/train';

/** Steps that are timed, after some that are slower. */
const [FIRST, TIMED] = [3, 6];

/**
 * Times a few steps of a training, whose results are thrown away: method and networks are worth nothing after it.
 *
 * @param views Of two steps at least.
 * @returns Seconds.
 */
export async function secondsPerStep(method: Method, views: TwoViews): Promise<number> {
  const optimizer = sgd(method.parameters, {momentum: 0.9});
  try {
    const times: number[] = [];
    for await (const {step} of train({method, optimizer, views, learningRate: 0.01})) {
      times.push(performance.now());
      if (step + 1 === FIRST + TIMED) break;
    }
    const counted = times.slice(Math.max(0, Math.min(FIRST - 1, times.length - 2)));
    return (counted[counted.length - 1] - counted[0]) / 1000 / (counted.length - 1);
  } finally {
    optimizer.dispose();
  }
}
