import * as tf from '@tensorflow/tfjs-core';
import {clip, gradientNorm} from './clip.js';
import {lossAndGradients, type StepGradients} from './gradients.js';
import type {Views} from './method.js';
import type {CheckedOptions} from './options.js';
import {refuseNonFinite, type Pending} from './pending.js';
import {inContext} from './random-draws.js';

/** Seconds since the last call, by a clock that starts now. */
function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const now = performance.now();
    const seconds = (now - last) / 1000;
    last = now;
    return seconds;
  };
}

/** Targets, loss and gradients of a whole batch at once. */
function direct<T extends tf.NamedTensorMap>(
  {method, seed}: CheckedOptions<T>,
  views: Views,
  step: number,
  wantProjections: boolean,
  lap: () => number,
): StepGradients<T> {
  const context = {step, seed};
  const targets = inContext(context, 0, () => tf.tidy(() => method.targets(views, context)));
  const targetSeconds = lap();
  try {
    const gradients = inContext(context, 1, () => lossAndGradients(method, views, targets, wantProjections));
    return {...gradients, targets, targetSeconds};
  } catch (error) {
    tf.dispose(targets);
    throw error;
  }
}

/** One step on a batch; the result's tensors stay on the device. */
export async function runStep<T extends tf.NamedTensorMap>(
  options: CheckedOptions<T>,
  views: Views,
  {
    step,
    learningRate,
    viewSeconds,
  }: {readonly step: number; readonly learningRate: number; readonly viewSeconds: number},
): Promise<Pending> {
  const {method, optimizer, startStep, readEvery, metricsEvery, microBatch, clipNorm, timing} = options;
  const {flushEvery = Infinity} = options;
  const context = {step, seed: options.seed};
  const flushed = (step + 1) % flushEvery === 0; // a checkpoint may be saved, which is judged by them
  const wantMetrics = metricsEvery > 0 && (step % metricsEvery === 0 || flushed);
  const wantProjections = wantMetrics && method.metrics !== undefined;
  const lap = stopwatch();
  const made: tf.TensorContainer[] = []; // for this step alone
  const told: tf.TensorContainer[] = []; // for its record
  try {
    const cached = microBatch === undefined ? undefined : await import('./micro-batches.js');
    const {targets, projections, gradients, loss, targetSeconds} = cached
      ? cached.lossAndGradientsBySlices(options, views, step, wantProjections, lap)
      : direct(options, views, step, wantProjections, lap);
    made.push(targets, projections ?? {}, gradients);
    told.push(loss);
    if (readEvery === 1) refuseNonFinite(step, (await loss.data())[0], {method, updated: false, images: views.indices});
    if (step === startStep) await method.check?.();
    const norm = clipNorm !== undefined || wantMetrics ? gradientNorm(gradients) : undefined;
    if (norm) told.push(norm);
    if (norm && readEvery === 1) {
      const known = {method, updated: false, images: views.indices, of: 'gradient norm'} as const;
      refuseNonFinite(step, (await norm.data())[0], known);
    }
    const metrics = projections && inContext(context, -2, () => tf.tidy(() => method.metrics?.(projections, targets)));
    if (metrics) told.push(metrics);
    const gradientSeconds = lap();
    tf.tidy(() => {
      optimizer.apply(norm && clipNorm !== undefined ? clip(gradients, norm, clipNorm) : gradients, learningRate);
      inContext(context, -3, () => {
        method.update(targets, context);
      });
    });
    const seconds = {views: viewSeconds, targets: targetSeconds, gradients: gradientSeconds, update: lap()};
    return {
      step,
      learningRate,
      loss,
      images: views.indices,
      ...(norm && {gradientNorm: norm}),
      ...(metrics && {metrics}),
      ...(timing && {seconds}),
    };
  } catch (error) {
    tf.dispose(told);
    throw error;
  } finally {
    tf.dispose(made);
  }
}
