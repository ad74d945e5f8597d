import type {Communicator} from '@contrastive/layers';
import * as tf from '@tensorflow/tfjs-core';
import {gathered} from './across-ranks.js';
import {clip, gradientNorm} from './clip.js';
import * as inOnePiece from './gradients.js';
import type {Gradients} from './gradients.js';
import type {Method, Views} from './method.js';
import type {CheckedOptions} from './options.js';
import {refuseNonFinite, type Pending} from './pending.js';
import {contextOf, inContext} from './random-draws.js';

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

/** Running statistics, which follow the images of this rank. */
const statisticsOf = (method: Pick<Method, 'state'>): tf.Variable[] =>
  'state' in method
    ? Object.entries(method.state()).flatMap(([name, one]) => (/\/moving_(mean|variance)$/.test(name) ? [one] : []))
    : [];

/** Loss, gradients and the like of all ranks, of what each has of them. */
async function summed(
  communicator: Communicator,
  {loss, gradients}: Pick<Gradients, 'loss' | 'gradients'>,
  local: boolean,
): Promise<Pick<Gradients, 'loss' | 'gradients'>> {
  const names = Object.keys(gradients);
  const own = [...Object.values(gradients), ...(local ? [loss] : [])];
  const all = await communicator.allReduceAll(own, {inPlace: true});
  return {
    gradients: Object.fromEntries(names.map((name, i) => [name, all[i]])),
    loss: local ? (all[names.length] as tf.Scalar) : loss,
  };
}

/** Means over the ranks, by name; frees what each has. */
async function meansOf<T extends tf.NamedTensorMap>(communicator: Communicator, own: T): Promise<T> {
  if (communicator.size === 1) return own;
  const names = Object.keys(own);
  const shares = tf.tidy(() => names.map(name => tf.mul(own[name], 1 / communicator.size)));
  tf.dispose(own);
  const means = await communicator.allReduceAll(shares, {inPlace: true});
  return Object.fromEntries(names.map((name, i) => [name, means[i]])) as T;
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
  const {method, optimizer, startStep, readEvery, metricsEvery, microBatch, clipNorm, timing, communicator} = options;
  const {flushEvery = Infinity} = options;
  const {localLoss = false} = method;
  const context = contextOf(options, step);
  const flushed = (step + 1) % flushEvery === 0; // a checkpoint may be saved, which is judged by them
  const wantMetrics = metricsEvery > 0 && (step % metricsEvery === 0 || flushed);
  const wantProjections = wantMetrics && method.metrics !== undefined;
  const lap = stopwatch();
  const made: tf.TensorContainer[] = []; // for this step alone
  const told: tf.TensorContainer[] = []; // for its record
  try {
    const how = microBatch === undefined ? inOnePiece : await import('./micro-batches.js');
    const own = how.targetsOf(options, views, step);
    made.push(own);
    const targets = gathered(communicator, 'targets', own, views.indices.length);
    made.push(targets);
    const targetSeconds = lap();
    const compared = localLoss ? own : targets;
    const {projections, ...parts} = how.gradientsOf(options, views, step, compared, wantProjections);
    made.push(projections ?? {}, parts.gradients);
    told.push(parts.loss);
    const {loss, gradients} = await summed(communicator, parts, localLoss);
    made.push(gradients);
    told.push(loss);
    const known = {method, updated: false, images: views.indices, ranks: communicator.size};
    if (readEvery === 1) refuseNonFinite(step, (await loss.data())[0], known);
    if (step === startStep) await method.check?.();
    // The same on all to the last bit, since by it they clip.
    const wantNorm = clipNorm !== undefined || wantMetrics;
    const norm = wantNorm ? (await meansOf(communicator, {norm: gradientNorm(gradients)})).norm : undefined;
    if (norm) told.push(norm);
    if (norm && readEvery === 1) refuseNonFinite(step, (await norm.data())[0], {...known, of: 'gradient norm'});
    const found = projections && inContext(context, -2, () => tf.tidy(() => method.metrics?.(projections, compared)));
    const metrics = found && (await meansOf(communicator, found)); // each rank may know its own images alone
    if (metrics) told.push(metrics);
    const gradientSeconds = lap();
    tf.tidy(() => {
      optimizer.apply(norm && clipNorm !== undefined ? clip(gradients, norm, clipNorm) : gradients, learningRate);
      inContext(context, -3, () => {
        method.update(targets, context);
      });
    });
    await communicator.averageAll(statisticsOf(method));
    const seconds = {views: viewSeconds, targets: targetSeconds, gradients: gradientSeconds, update: lap()};
    return {
      step,
      learningRate,
      loss,
      images: views.indices,
      ranks: communicator.size,
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
