import type {TwoViews} from '@contrastive/data';
import {sgd, warmupCosine, type Schedule} from '@contrastive/optim';
import type {Method} from '@contrastive/train';
import {openRun, type Run} from '@contrastive/train/node';
import {plain} from './plain.js';
import {progress} from './progress.js';

/** How a method is trained: SGD with momentum, and by default a short warm-up and half a cosine. */
export interface RunPlan {
  /** The learning rate after the warm-up; or a schedule of one's own, for so many steps. */
  readonly learningRate: number | ((steps: number) => Schedule);
  readonly weightDecay: number;
  /** Images a step, for the line of progress. */
  readonly batchSize: number;
  /** Draws what layers draw; the views have a seed of their own. */
  readonly seed: number;
  /** Everything that decides the run, as plain data or Infinity: a run that goes on must have the same. */
  readonly configuration: Readonly<Record<string, unknown>>;
  /** Of how many steps one has the method's metrics, 20 by default; or a function of the number of steps. */
  readonly metricsEvery?: number | ((steps: number) => number);
  /** Steps between two checkpoints, 500 by default; a run that goes on may have others. */
  readonly saveEvery?: number;
  /** Whether nothing is told of its steps; they are by default. */
  readonly silent?: boolean;
}

/** The usual schedule: a twentieth of the steps to warm up, then half a cosine. */
const usual =
  (base: number) =>
  (steps: number): Schedule =>
    warmupCosine({base, steps, warmupSteps: Math.floor(steps / 20)});

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
  {learningRate, weightDecay, batchSize, seed, configuration, metricsEvery = 20, saveEvery, silent = false}: RunPlan,
): Promise<void> {
  const optimizer = sgd(method.parameters, {momentum: 0.9, weightDecay});
  try {
    const told = plain(configuration);
    const run = await openRun(folder, {
      method,
      optimizer,
      configuration: told,
      resume: true,
      ...(saveEvery !== undefined && {saveEvery}),
    });
    try {
      const views = viewsOf(run.resume);
      const {steps} = views;
      if (silent && run.resume.startStep === steps) return; // the run itself says that nothing is left
      const schedule = typeof learningRate === 'number' ? usual(learningRate) : learningRate;
      const often = typeof metricsEvery === 'number' ? metricsEvery : metricsEvery(steps);
      const report = silent ? () => undefined : progress(views, batchSize);
      const options = {views, learningRate: schedule(steps), seed, metricsEvery: often};
      for await (const record of run.train(options)) report(record);
    } finally {
      await run.close();
    }
  } finally {
    optimizer.dispose();
  }
}
