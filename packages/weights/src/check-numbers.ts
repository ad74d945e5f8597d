import type {LayersModel} from '@tensorflow/tfjs-layers';
import {allFinite, show} from '@contrastive/internal';
import {namedWeights} from '@contrastive/layers';

const DIVERGED = 'the training that it comes from had diverged, or it is damaged: take another checkpoint';

/**
 * Throws unless a weight's numbers are finite, and none of them below 0 where they are variances.
 *
 * @param name What messages call it.
 */
export function checkNumbers(where: string, name: string, values: Float32Array, variances: boolean): void {
  const refuse = (expected: string, good: (value: number) => boolean): never => {
    const bad = values.findIndex(value => !good(value));
    throw new Error(
      `${where}: expected ${expected} in ${show(name)}, got ${values[bad]} at position ${bad}; ${DIVERGED}.`,
    );
  };
  if (!allFinite(values)) refuse('finite numbers', Number.isFinite);
  if (variances && values.some(value => value < 0)) refuse('variances from 0 on', value => value >= 0);
}

/** The same of all weights of a model: one that is no number makes all features so. */
export async function checkWeights(where: string, model: LayersModel): Promise<void> {
  for (const {name, variable} of namedWeights(model, '')) {
    const variances = name.endsWith('/moving_variance');
    if (variable.dtype === 'float32') checkNumbers(where, name.slice(1), await variable.data<'float32'>(), variances);
  }
}
