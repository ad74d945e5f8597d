import * as tf from '@tensorflow/tfjs-core';
import type {ViewsPosition} from '@contrastive/data';
import {nextTurn} from '@contrastive/internal';
import type {Guard} from './guards.js';
import type {Views} from './method.js';
import {checkOptions, learningRateAt, type CheckedOptions, type TrainOptions} from './options.js';
import {readPending, refuseNonFinite, tensorsOf, type Pending} from './pending.js';
import {createStanding, type StepRecord} from './record.js';
import {runStep} from './step.js';

/** Frees the images of a batch, whether tensors or bytes. */
function freeViews(views: Views): void {
  if (views.dispose) views.dispose();
  else tf.dispose([views.first, views.second]);
}

/** The pass that a batch is of, where the views know. */
function epochOf(views: TrainOptions['views'], {position}: Views, step: number): number | undefined {
  if (position) return position.epoch;
  const {stepsPerEpoch = Infinity} = views;
  return Number.isFinite(stepsPerEpoch) ? Math.floor(step / stepsPerEpoch) : undefined;
}

async function* run<T extends tf.NamedTensorMap>(
  options: CheckedOptions<T>,
): AsyncGenerator<StepRecord, void, undefined> {
  const {views, steps = Infinity, startStep, readEvery, flushEvery = Infinity, timing, guards, signal} = options;
  const {method, communicator, compareEvery} = options;
  const iterator = views[Symbol.asyncIterator]();
  const pending: Pending[] = [];
  const standing = createStanding();
  let guard: Guard | undefined;
  let position: ViewsPosition | undefined; // after the last batch that was trained on

  /** Records that wait, and their last for the state where that is whole. */
  async function* flush(whole: boolean): AsyncGenerator<StepRecord, void, undefined> {
    const images = pending.map(step => step.images);
    const records = await readPending(pending);
    for (const [i, record] of records.entries()) {
      const {step, loss, gradientNorm = 0} = record;
      const known = {method, updated: true, images: images[i], ranks: communicator.size};
      refuseNonFinite(step, loss, known);
      refuseNonFinite(step, gradientNorm, {...known, of: 'gradient norm'});
      const remark = guard?.look(record);
      const told = remark === undefined ? record : {...record, remark};
      const last = whole && i === records.length - 1;
      yield last ? standing.stand(told, {startStep: step + 1, ...(position && {position})}) : told;
    }
  }

  let atStep = true; // whether the state is that after a step
  try {
    // Which a run by itself need not load.
    const together = communicator.size === 1 ? undefined : await import('./together.js');
    await together?.takeStateOfFirst(communicator, options);
    for (let step = startStep; step < steps; step++) {
      if (together) await together.stopTogether(communicator, signal);
      else signal?.throwIfAborted();
      const asked = performance.now();
      const batch = await iterator.next();
      const viewSeconds = (performance.now() - asked) / 1000;
      if (batch.done === true) {
        await together?.beginTogether(communicator, step, 0);
        if (steps === Infinity) break;
        throw new Error(
          `train: expected views for steps ${startStep} to ${steps - 1}, got ${step - startStep} batches; give more ` +
            'epochs of views, or leave steps out.',
        );
      }
      const {value} = batch;
      try {
        await together?.beginTogether(communicator, step, value.indices.length);
        if (step === startStep) await together?.compareViews(communicator, value);
        const compared = value.indices.length * (method.localLoss === true ? 1 : communicator.size);
        if (guards && step === startStep) guard = await (await import('./guards.js')).createGuard(method, compared);
        const learningRate = learningRateAt(options.learningRate, step); // may throw: the state still stands
        atStep = false;
        standing.moveOn();
        const done = await runStep(options, value, {step, learningRate, viewSeconds});
        const epoch = epochOf(views, value, step);
        pending.push({
          ...done,
          ...(epoch !== undefined && {epoch}),
          ...(timing && {tensorBytes: tf.memory().numBytes}),
        });
        ({position} = value);
        if (step === startStep || (step + 1) % compareEvery === 0) await together?.compareState(communicator, options);
        atStep = true;
      } finally {
        freeViews(value);
      }
      await nextTurn();
      if (pending.length >= readEvery || (step + 1) % flushEvery === 0) yield* flush(true);
    }
    yield* flush(true);
  } catch (error) {
    try {
      yield* flush(atStep);
    } catch (earlier) {
      if (earlier instanceof Error && earlier !== error) {
        earlier.cause ??= error;
        throw earlier;
      }
    }
    throw error;
  } finally {
    tf.dispose(pending.map(tensorsOf));
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
