import {recordPreparation, recordedPreparation} from '@contrastive/layers';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {isNamed, network} from './networks.js';
import type {OpenedEncoder} from './open-encoder.js';

/** The same network with random weights, for the same images: what training is compared with. */
export async function untrained({encoder, preparation, configuration}: OpenedEncoder): Promise<tfl.LayersModel> {
  if (configuration && isNamed(configuration.encoder)) {
    const made = network(configuration);
    recordPreparation('untrained', made, preparation);
    return made;
  }
  const modelTopology = encoder.toJSON(undefined, false) as object; // as JSON.parse gives it
  const made = await tfl.loadLayersModel(tf.io.fromMemory({modelTopology})); // draws weights, as there are none
  if (recordedPreparation(made) === undefined) recordPreparation('untrained', made, preparation);
  return made;
}
