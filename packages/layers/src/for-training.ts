import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {className} from './contrastive-batch-norm.js';
import {renameLayers} from './stock-topology.js';

/** The class of a model: `LayersModel` or `Sequential`. */
interface ModelClass {
  fromConfig(cls: ModelClass, config: object): tfl.LayersModel;
}

/**
 * A copy of a model in which every stock BatchNormalization layer is ours, with its own ε and momentum and all weights
 * copied: its outputs in inference are the same, its training follows torch's conventions and takes `updateStatistics`.
 * Batch normalisation over another axis than the last is refused.
 *
 * @param model Left alone; the copy shares no variable with it. Its own class and those of its layers must be
 * registered.
 * @returns The caller's.
 *
 * @example
 * const encoder = forTraining(await tfl.loadLayersModel(url));
 */
export function forTraining(model: tfl.LayersModel): tfl.LayersModel {
  const Model = model.constructor as typeof model.constructor & ModelClass;
  const copy = Model.fromConfig(Model, renameLayers(model.getConfig(), 'BatchNormalization', className));
  tf.tidy(() => {
    copyWeights(model, copy);
  });
  return copy;
}

/**
 * By layer and weight: the order within a layer depends on what is trainable in it, so the copy takes that over first.
 */
function copyWeights(from: tfl.LayersModel, to: tfl.LayersModel): void {
  for (const layer of from.layers) {
    const twin = to.getLayer(layer.name);
    if (layer instanceof tfl.LayersModel && twin instanceof tfl.LayersModel) {
      copyWeights(layer, twin);
    } else {
      twin.trainable = layer.trainable;
      twin.setWeights(layer.getWeights());
    }
  }
}
