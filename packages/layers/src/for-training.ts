import * as tfl from '@tensorflow/tfjs-layers';
import {className} from './contrastive-batch-norm.js';
import {copyWeights} from './copy-weights.js';
import {renameLayers} from './stock-topology.js';

/** The class of a model: `LayersModel` or `Sequential`. */
interface ModelClass {
  fromConfig(cls: ModelClass, config: object): tfl.LayersModel;
}

/**
 * A copy of a model in which every stock BatchNormalization layer is ours, with its own ε and momentum and all weights
 * copied: its outputs in inference are the same, its training follows torch's conventions and takes `updateStatistics`.
 * Batch normalisation over another axis than the last is refused. The copy has the model's metadata too.
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
  freezeAlike(model, copy);
  copyWeights(copy, model);
  const metadata = model.getUserDefinedMetadata() as object | undefined;
  if (metadata) copy.setUserDefinedMetadata(metadata);
  return copy;
}

function freezeAlike(from: tfl.LayersModel, to: tfl.LayersModel): void {
  for (const layer of from.layers) {
    const twin = to.getLayer(layer.name);
    if (layer instanceof tfl.LayersModel && twin instanceof tfl.LayersModel) freezeAlike(layer, twin);
    else twin.trainable = layer.trainable;
  }
}
