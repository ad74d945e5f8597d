import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {namedWeights, type NamedWeight} from '@contrastive/layers';
import {checkMomentum} from './check.js';

interface Pair {
  readonly target: tf.Variable;
  readonly source: tf.Variable;
  /** Whether it is a learned weight; running statistics are not. */
  readonly parameter: boolean;
}

function byName(model: LayersModel): Map<string, NamedWeight> {
  return new Map(namedWeights(model, '').map(weight => [weight.name.slice(1), weight]));
}

/** The weights of two models, paired by layer and name: their positions depend on what is frozen. */
function paired(where: string, target: LayersModel, source: LayersModel): Pair[] {
  const [targets, sources] = [byName(target), byName(source)];
  const fail = (what: string): never => {
    throw new Error(
      `${where}: the networks do not pair: ${what}; make one as a copy of the other, for example with copyNetwork.`,
    );
  };
  for (const name of targets.keys()) if (!sources.has(name)) fail(`only the target has ${name}`);
  return [...sources].map(([name, {variable, parameter}]) => {
    const twin = targets.get(name)?.variable ?? fail(`only the source has ${name}`);
    if (twin === variable) fail(`they share ${name}`);
    if (!tf.util.arraysEqual(twin.shape, variable.shape)) {
      fail(`${name} is [${twin.shape.join(', ')}] in the target and [${variable.shape.join(', ')}] in the source`);
    }
    return {target: twin, source: variable, parameter};
  });
}

/**
 * The momentum update of MoCo, θ_target ← m·θ_target + (1 − m)·θ_source, in place (He et al. 2020, arXiv 1911.05722,
 * equation 2).
 *
 * For each learned weight (kernels, biases, γ and β, frozen or not); running statistics follow the target's own forward
 * passes, as in the authors' code.
 *
 * @param target The network that follows, such as the key encoder.
 * @param source The network that is trained, such as the query encoder; left alone.
 * @param momentum The fraction of the target that stays, from 0 to 1.
 * @throws `TypeError` or `RangeError` for a momentum out of range, `Error` that names the first weight that does not
 * pair, before anything changes.
 * @example
 * ```ts
 * updateMomentum(keyEncoder, encoder, 0.999);
 * ```
 */
export function updateMomentum(target: LayersModel, source: LayersModel, momentum: number): void {
  checkMomentum('updateMomentum', 'momentum', momentum);
  const pairs = paired('updateMomentum', target, source).filter(({parameter}) => parameter);
  tf.tidy(() => {
    // Made once for all weights: a scalar costs as much as an operation on a small tensor.
    const [stays, comes] = [tf.scalar(momentum), tf.scalar(1 - momentum)];
    for (const pair of pairs) {
      tf.tidy(() => {
        pair.target.assign(tf.add(tf.mul(pair.target, stays), tf.mul(pair.source, comes)));
      });
    }
  });
}

/**
 * Copies all weights of a network into another, running statistics included.
 *
 * @param target The network that changes.
 * @param source Left alone; the two share no memory afterwards.
 * @throws `Error` that names the first weight that does not pair, before anything changes.
 */
export function copyWeights(target: LayersModel, source: LayersModel): void {
  const pairs = paired('copyWeights', target, source);
  tf.tidy(() => {
    for (const pair of pairs) pair.target.assign(tf.mul(pair.source, tf.scalar(1, pair.source.dtype)));
  });
}
