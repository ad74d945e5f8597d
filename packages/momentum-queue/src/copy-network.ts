import type {LayersModel} from '@tensorflow/tfjs-layers';
import {checkValue} from '@contrastive/internal';
import {copyWeights, fixStatisticsAlike, modelRule} from '@contrastive/layers';

/**
 * The class of a model: `LayersModel` or `Sequential`. The last argument starts all weights at zero, which spares
 * drawing them.
 */
interface ModelClass {
  fromConfig(cls: ModelClass, config: object, customObjects: object, fastWeightInit: boolean): LayersModel;
}

/**
 * A copy of a network with weights of its own, running statistics included, and frozen: the key network as it starts.
 *
 * @param source Left alone. Its own class and those of its layers must be registered.
 * @returns The caller's. Free it by `for (const weight of copy.weights) weight.dispose()`: the model's own `dispose()`
 * leaves the weights of nested models.
 * @throws `Error` when a layer does not come back from its configuration with the same weights.
 * @example
 * ```ts
 * const keyEncoder = copyNetwork(encoder);
 * updateMomentum(keyEncoder, encoder, 0.999);
 * ```
 */
export function copyNetwork(source: LayersModel): LayersModel {
  checkValue('copyNetwork', 'source', source, modelRule);
  const Model = source.constructor as typeof source.constructor & ModelClass;
  const copy = Model.fromConfig(Model, JSON.parse(JSON.stringify(source.getConfig())) as object, {}, true);
  try {
    copyWeights(copy, source);
    fixStatisticsAlike(copy, source);
  } catch (error) {
    for (const weight of copy.weights) weight.dispose();
    throw error;
  }
  copy.trainable = false;
  return copy;
}
