import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {checkValue} from '@contrastive/internal';
import {modelRule} from './networks.js';
import {namedWeights, type NamedWeight} from './named-weights.js';

/** The same weight of two models. */
export interface WeightPair {
  readonly target: tf.Variable;
  readonly source: tf.Variable;
  /** Whether it is of a kind that is trained (kernels, biases, γ, β), frozen or not; false for running statistics. */
  readonly parameter: boolean;
}

function byName(where: string, role: string, model: LayersModel): Map<string, NamedWeight> {
  checkValue(where, role, model, modelRule);
  return new Map(namedWeights(model, '').map(weight => [weight.name.slice(1), weight]));
}

/**
 * The weights of two models, paired by layer and name: their positions depend on what is frozen.
 *
 * @param where What messages begin with.
 * @throws `Error` that names the first weight that does not pair.
 */
export function pairWeights(where: string, target: LayersModel, source: LayersModel): WeightPair[] {
  const [targets, sources] = [byName(where, 'target', target), byName(where, 'source', source)];
  const fail = (what: string): never => {
    throw new Error(
      `${where}: expected two networks of the same weights, got ${what}; make one as a copy of the other, for ` +
        'example with copyNetwork.',
    );
  };
  for (const name of targets.keys()) if (!sources.has(name)) fail(`${name} in the target only`);
  return [...sources].map(([name, {variable, parameter}]) => {
    const twin = targets.get(name)?.variable ?? fail(`${name} in the source only`);
    if (twin === variable) fail(`one ${name} in both`);
    if (!tf.util.arraysEqual(twin.shape, variable.shape)) {
      fail(`${name} of [${twin.shape.join(', ')}] in the target and [${variable.shape.join(', ')}] in the source`);
    }
    return {target: twin, source: variable, parameter};
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
  const pairs = pairWeights('copyWeights', target, source);
  tf.tidy(() => {
    for (const pair of pairs) pair.target.assign(tf.mul(pair.source, tf.scalar(1, pair.source.dtype)));
  });
}
