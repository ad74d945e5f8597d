import {recordPreparation, recordedPreparation} from '@contrastive/layers';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {isNamed, network} from './networks.js';
import type {OpenedEncoder} from './open-encoder.js';

/** The initialisers that draw, as a topology calls them. */
const DRAWING = ['Orthogonal', 'RandomNormal', 'RandomUniform', 'TruncatedNormal', 'VarianceScaling'];

/** The topology with seeds for the initialisers that have none, so that every process draws the same weights. */
function seeded(topology: object): object {
  let next = 0;
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    const {class_name: name, config} = value as {readonly class_name?: unknown; readonly config?: object};
    if (typeof name === 'string' && DRAWING.includes(name)) {
      const seed = (config as {readonly seed?: number | null} | undefined)?.seed ?? ++next;
      return {...value, config: {...config, seed}};
    }
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, walk(one)]));
  };
  return walk(topology) as object;
}

/** The same network with random weights, for the same images: what training is compared with. */
export async function untrained({encoder, preparation, configuration}: OpenedEncoder): Promise<tfl.LayersModel> {
  if (configuration && isNamed(configuration.encoder)) {
    const made = network(configuration);
    recordPreparation('untrained', made, preparation);
    return made;
  }
  const modelTopology = seeded(encoder.toJSON(undefined, false) as object); // as JSON.parse gives it
  const made = await tfl.loadLayersModel(tf.io.fromMemory({modelTopology})); // draws weights, as there are none
  if (recordedPreparation(made) === undefined) recordPreparation('untrained', made, preparation);
  return made;
}
