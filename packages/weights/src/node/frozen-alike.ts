import {LayersModel} from '@tensorflow/tfjs-layers';

/** A layer or a model as a topology has it. */
interface Saved {
  readonly name?: string;
  readonly config: {readonly name?: string; readonly layers?: readonly Saved[]};
}

/** A copy of a model's topology in which the layers are frozen of what is frozen as a whole: a topology has no more. */
export function frozenAlike(topology: object, model: LayersModel, within = false): object {
  const saved = topology as Saved; // of this model
  const frozen = within || !model.trainable;
  const layers = saved.config.layers?.map(one => {
    const layer = model.getLayer(one.config.name ?? one.name ?? '');
    if (layer instanceof LayersModel) return frozenAlike(one, layer, frozen);
    return frozen ? {...one, config: {...one.config, trainable: false}} : one;
  });
  return {...saved, config: {...saved.config, ...(layers && {layers})}};
}
