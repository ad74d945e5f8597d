import * as tf from '@tensorflow/tfjs-core';
import {nextTurn} from '@contrastive/internal';
import {lossAndGradients} from './gradients.js';
import type {Views} from './method.js';
import {checkOptions, learningRateAt, type CheckedOptions, type StepRecord, type TrainOptions} from './options.js';
import {readPending, refuseNonFinite, type Pending} from './pending.js';

/** One step; the result's tensors stay on the device. */
async function runStep<T extends tf.NamedTensorMap>(
  {method, optimizer, learningRate, startStep, seed, readEvery, metricsEvery}: CheckedOptions<T>,
  views: Views,
  step: number,
): Promise<Pending> {
  const context = {step, seed};
  const rate = learningRateAt(learningRate, step);
  const wantMetrics = method.metrics !== undefined && metricsEvery > 0 && step % metricsEvery === 0;
  const scratch: tf.TensorContainer[] = [];
  try {
    const targets = tf.tidy(() => method.targets(views, context));
    scratch.push(targets);
    const {loss, gradients, projections} = lossAndGradients(method, views, targets, wantMetrics);
    scratch.push(gradients, projections ?? {});
    let metrics: tf.NamedTensorMap | undefined;
    try {
      if (readEvery === 1) refuseNonFinite(step, (await loss.data())[0], false);
      if (step === startStep) await method.check?.();
      metrics = projections && tf.tidy(() => method.metrics?.(projections, targets));
      tf.tidy(() => {
        optimizer.apply(gradients, rate);
        method.update(targets, context);
      });
      return {step, learningRate: rate, loss, ...(metrics && {metrics})};
    } catch (error) {
      tf.dispose([loss, metrics ?? {}]);
      throw error;
    }
  } finally {
    tf.dispose(scratch);
  }
}

async function* run<T extends tf.NamedTensorMap>(
  options: CheckedOptions<T>,
): AsyncGenerator<StepRecord, void, undefined> {
  const {views, steps = Infinity, startStep, readEvery, signal} = options;
  const iterator = views[Symbol.asyncIterator]();
  const pending: Pending[] = [];
  async function* flush(): AsyncGenerator<StepRecord, void, undefined> {
    for (const record of await readPending(pending)) {
      refuseNonFinite(record.step, record.loss, true);
      yield record;
    }
  }
  try {
    for (let step = startStep; step < steps; step++) {
      signal?.throwIfAborted();
      const batch = await iterator.next();
      if (batch.done === true) {
        if (steps === Infinity) break;
        throw new Error(
          `train: expected views for steps ${startStep} to ${steps - 1}, got ${step - startStep} batches; give more ` +
            'epochs of views, or leave steps out.',
        );
      }
      try {
        pending.push(await runStep(options, batch.value, step));
      } finally {
        tf.dispose([batch.value.first, batch.value.second]);
      }
      await nextTurn();
      if (pending.length >= readEvery) yield* flush();
    }
    yield* flush();
  } catch (error) {
    try {
      yield* flush();
    } catch (earlier) {
      if (signal?.aborted !== true && earlier instanceof Error) {
        earlier.cause ??= error;
        throw earlier;
      }
    }
    throw error;
  } finally {
    tf.dispose(pending.map(({loss, metrics}) => [loss, metrics ?? {}]));
    await iterator.return?.();
  }
}

/**
 * Trains a method: for each batch its targets, loss and gradients, one update by the optimiser, and the method's own
 * update.
 *
 * An async generator, so logging, evaluating, saving and stopping are the caller's plain statements in its loop. It
 * gives way to the event loop once a step, so signals and timers are handled. Leaving the loop early frees everything,
 * as running to the end does; method and optimiser stay the caller's, in the state after the last step that ran.
 *
 * @param options What to train on what, how and for how long; see {@link TrainOptions}.
 * @returns One record a step, in order.
 * @throws `TypeError` or `RangeError` at once for a bad option. While running: `Error` for a loss that is not finite,
 * for fewer views than `steps` asks for and for a parameter that the loss does not depend on, `RangeError` for a
 * learning rate out of range, and the signal's reason when aborted.
 * @example
 * ```ts
 * const learningRate = cosine({base: 0.1, steps: views.steps});
 * for await (const {step, loss} of train({method, views, optimizer, learningRate})) console.log(step, loss.toFixed(4));
 * ```
 */
export function train<T extends tf.NamedTensorMap>(
  options: TrainOptions<T>,
): AsyncGenerator<StepRecord, void, undefined> {
  return run(checkOptions(options));
}
