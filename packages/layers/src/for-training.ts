import * as tfl from '@tensorflow/tfjs-layers';
import {checkValue} from '@contrastive/internal';
import {fixStatisticsAlike} from './adjust-norms.js';
import {className} from './contrastive-batch-norm.js';
import {copyWeights} from './copy-weights.js';
import {modelRule} from './networks.js';
import {weightsOf} from './named-weights.js';
import {renameLayers} from './stock-topology.js';

/** The class of a model: `LayersModel` or `Sequential`. */
interface ModelClass {
  fromConfig(cls: ModelClass, config: object): tfl.LayersModel;
}

/**
 * A copy of a model in which every stock BatchNormalization layer is ours, with its own ε and momentum and all weights
 * copied: its outputs in inference are the same, its training follows torch's conventions and takes `updateStatistics`.
 * What is frozen stays frozen (the model as a whole, a nested one, layers, single weights), and the copy has the
 * model's metadata too.
 *
 * @param model Left alone; the copy shares no variable with it. Its own class and those of its layers must be
 * registered.
 * @returns The caller's.
 *
 * @example
 * const encoder = forTraining(await tfl.loadLayersModel(url));
 */
export function forTraining(model: tfl.LayersModel): tfl.LayersModel {
  checkValue('forTraining', 'model', model, modelRule);
  const Model = model.constructor as typeof model.constructor & ModelClass;
  const copy = Model.fromConfig(Model, renameLayers(model.getConfig(), 'BatchNormalization', className));
  freezeAlike(model, copy);
  fixStatisticsAlike(copy, model);
  copyWeights(copy, model);
  const metadata = model.getUserDefinedMetadata() as object | undefined;
  if (metadata) copy.setUserDefinedMetadata(metadata);
  return copy;
}

/**
 * Freezes in a copy, of all layers or of some, what is frozen in the model: models as a whole, layers, and single
 * weights.
 */
export function freezeAlike(from: tfl.LayersModel, to: tfl.LayersModel): void {
  const alike = (model: tfl.LayersModel, twin: tfl.LayersModel): void => {
    twin.trainable = model.trainable; // sets the flags of all weights in its layers, so before these
    for (const layer of model.layers) {
      const other = twin.layers.find(({name}) => name === layer.name);
      if (other === undefined) continue;
      if (layer instanceof tfl.LayersModel && other instanceof tfl.LayersModel) alike(layer, other);
      else other.trainable = layer.trainable;
    }
  };
  alike(from, to);
  const weights = new Map([...weightsOf(from, '')].map(({name, weight}) => [name, weight]));
  for (const {name, weight} of weightsOf(to, '')) weight.trainable = weights.get(name)?.trainable ?? weight.trainable;
}
