import * as tf from '@tensorflow/tfjs-core';
import {batchLoss} from './across-ranks.js';
import {backward, forget, record} from './backward.js';
import {namedGradients, type Gradients} from './gradients.js';
import type {Views} from './method.js';
import type {CheckedOptions} from './options.js';
import {contextOf, inOwnContext} from './random-draws.js';

/** A part of a batch: its images `from` to `to − 1`. */
interface Slice {
  readonly from: number;
  readonly to: number;
}

function slicesOf(n: number, microBatch: number): Slice[] {
  return Array.from({length: Math.ceil(n / microBatch)}, (_, i) => ({
    from: i * microBatch,
    to: Math.min(n, (i + 1) * microBatch),
  }));
}

/** The views of some images of a batch: made of their bytes where the batch still has them, else cut out. */
function cut(views: Views, {from, to}: Slice): Views {
  const part = (view: tf.Tensor4D): tf.Tensor4D => tf.slice(view, from, to - from);
  const both = (): Pick<Views, 'first' | 'second'> => {
    const first = part(views.first);
    return {first, second: views.second === views.first ? first : part(views.second)}; // of `oneView` the same
  };
  const {indices, labels, keys} = views;
  // Of one that wraps another, what it says itself counts.
  const {first, second} = views.slice?.(from, to) ?? both();
  const {position, preparation} = views;
  return {
    first,
    second,
    ...(position && {position}),
    ...(preparation && {preparation}),
    indices: indices.slice(from, to),
    ...(labels && {labels: labels.slice(from, to)}),
    ...(keys && {keys: keys.slice(from, to)}),
  };
}

/** Rows of the slices, one below the other, by name; the parts are freed. */
function stacked<T extends tf.NamedTensorMap>(parts: readonly T[], rows: readonly number[], what: string): T {
  const whole: tf.NamedTensorMap = {};
  for (const name of Object.keys(parts[0])) {
    const pieces = parts.map(part => part[name]);
    const odd = pieces.findIndex((piece, i) => piece.shape[0] !== rows[i]);
    if (odd >= 0) {
      throw new Error(
        `train: expected one row an image in the ${what} ${name}, to cut and join them by images, got ` +
          `[${pieces[odd].shape.join(', ')}] of ${rows[odd]} images; leave out microBatch, or give it a row an image.`,
      );
    }
    whole[name] = tf.concat(pieces);
  }
  return whole as T;
}

/** Forward passes without gradients: what `f` gives of each slice, joined. */
function joined<T extends tf.NamedTensorMap>(
  views: Views,
  slices: readonly Slice[],
  what: string,
  f: (part: Views, place: number) => T,
): T {
  return tf.tidy(() => {
    const parts = slices.map((slice, i) => tf.tidy(() => f(cut(views, slice), i)));
    return stacked(
      parts,
      slices.map(({from, to}) => to - from),
      what,
    );
  });
}

/** Adds up gradients by the parameters' places; the addends are freed. */
function accumulate(sums: (tf.Tensor | undefined)[], found: readonly (tf.Tensor | undefined)[]): void {
  found.forEach((gradient, i) => {
    const before = sums[i];
    if (gradient === undefined) return;
    sums[i] = before ? tf.add(before, gradient) : gradient;
    if (before) tf.dispose([before, gradient]);
  });
}

/**
 * The gradient of a slice's part in the loss: of Σ z·(∂L/∂z) in the parameters, with ∂L/∂z constant, which by the chain
 * rule is that of the whole loss through these rows.
 */
function throughSlice<T extends tf.NamedTensorMap>(
  {method, communicator}: CheckedOptions<T>,
  part: Views,
  rows: tf.NamedTensorMap,
  variables: readonly tf.Variable[],
): readonly (tf.Tensor | undefined)[] {
  const forward = record(() => method.project(part, {updateStatistics: false, communicator}));
  try {
    const projected: tf.NamedTensorMap = forward.value;
    const dys = Object.entries(rows).map(([name, dz]) => [projected[name], dz] as const);
    return backward(forward, dys, variables);
  } catch (error) {
    forget(forward);
    throw error;
  }
}

// Odd places for passes with gradients, even ones for targets, as a batch in one piece has them.

/** Targets of this rank's images, a slice at a time; the caller's. */
export function targetsOf<T extends tf.NamedTensorMap>(options: CheckedOptions<T>, views: Views, step: number): T {
  const context = contextOf(options, step);
  const slices = slicesOf(views.indices.length, options.microBatch ?? Infinity);
  return joined(views, slices, 'targets', (part, i) =>
    inOwnContext(context, 2 * i, () => options.method.targets(part, context)),
  );
}

/**
 * Loss and gradients of a whole batch with the memory of a slice (gradient caching: Gao, Zhang, Han and Callan 2021,
 * arXiv 2101.06983): projections of all slices without gradients; the loss of all of them, and its gradient in the
 * projections; then each slice once more, with the tape, to carry that gradient on to the parameters. Costs a second
 * forward pass.
 *
 * The running statistics of BatchNorm move in the first pass only, once a slice.
 */
export function gradientsOf<T extends tf.NamedTensorMap>(
  options: CheckedOptions<T>,
  views: Views,
  step: number,
  targets: T,
  wantProjections: boolean,
): Gradients {
  const {method, communicator, microBatch = Infinity} = options;
  const context = contextOf(options, step);
  const n = views.indices.length;
  const slices = slicesOf(n, microBatch);
  const variables = Object.values(method.parameters);
  return tf.tidy(() => {
    const projections = joined(views, slices, 'projections', (part, i) =>
      inOwnContext(context, 2 * i + 1, () => method.project(part, {communicator})),
    );
    const {loss, dProjections, gradients, compared} = batchLoss(method, communicator, projections, targets, context, n);
    const sums = [...gradients];
    slices.forEach(({from, to}, i) => {
      const found = tf.tidy(() => {
        const part = cut(views, {from, to});
        const rows = Object.fromEntries(
          Object.entries(dProjections).map(([key, dz]) => [key, tf.slice(dz, from, to - from)]),
        );
        return inOwnContext(context, 2 * i + 1, () => [...throughSlice(options, part, rows, variables)]);
      });
      accumulate(sums, found);
    });
    return {
      loss,
      gradients: namedGradients(Object.keys(method.parameters), sums),
      ...(wantProjections && {projections: compared}),
    };
  });
}
