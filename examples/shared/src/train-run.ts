import type {TwoViews} from '@contrastive/data';
import {sgd, warmupCosine} from '@contrastive/optim';
import type {Method} from '@contrastive/train';
import {openRun, type Run} from '@contrastive/train/node';
import {plain} from './plain.js';
import {progress} from './progress.js';

/** How a method is trained: SGD with momentum, a short warm-up, half a cosine. */
export interface RunPlan {
  /** The learning rate after the warm-up. */
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Images a step, for the line of progress. */
  readonly batchSize: number;
  /** Draws what layers draw; the views have a seed of their own. */
  readonly seed: number;
  /** Everything that decides the run, as plain data or Infinity: a run that goes on must have the same. */
  readonly configuration: Readonly<Record<string, unknown>>;
}

/**
 * Trains a method in a folder of its own: a run that was stopped goes on, and one that is finished is taken as it is.
 *
 * @param viewsOf Makes its batches, from where the run goes on.
 * @throws `RunStopped` after Ctrl-C, when all is saved; what training throws.
 */
export async function trainRun(
  folder: string,
  method: Method,
  viewsOf: (resume: Run['resume']) => TwoViews,
  {learningRate: base, weightDecay, batchSize, seed, configuration}: RunPlan,
): Promise<void> {
  const optimizer = sgd(method.parameters, {momentum: 0.9, weightDecay});
  try {
    const run = await openRun(folder, {method, optimizer, configuration: plain(configuration), resume: true});
    try {
      const views = viewsOf(run.resume);
      const {steps} = views;
      const learningRate = warmupCosine({base, steps, warmupSteps: Math.floor(steps / 20)});
      const report = progress(views, batchSize);
      for await (const record of run.train({views, learningRate, seed, metricsEvery: 20})) report(record);
    } finally {
      await run.close();
    }
  } finally {
    optimizer.dispose();
  }
}
