import {existsSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {latestCheckpoint} from '@contrastive/train/node';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {LAYOUT, writeWhole} from './run-folder.js';

/** A network without its weights, which checkpoints have, and what it remembered when training began. */
interface SavedNetwork {
  readonly modelTopology: object;
  readonly userDefinedMetadata: object;
}

/** What {@link savedNetwork} needs of an encoder from a file, as JSON: to be asked before training changes it. */
export function networkText(encoder: tfl.LayersModel): string {
  const saved: SavedNetwork = {
    modelTopology: encoder.toJSON(undefined, false) as object, // as JSON.parse gives it
    userDefinedMetadata: {...encoder.getUserDefinedMetadata()},
  };
  return JSON.stringify(saved);
}

/** Keeps it in the folder of a run. */
export const writeNetwork = (run: string, text: string): Promise<void> => writeWhole(join(run, LAYOUT.network), text);

/**
 * The network of a run that began from weights of a file, for its newest checkpoint to fill; undefined where it has
 * none that could, or was begun by a version that kept no network.
 */
export async function savedNetwork(run: string): Promise<tfl.LayersModel | undefined> {
  const path = join(run, LAYOUT.network);
  if (!existsSync(path) || (await latestCheckpoint(join(run, LAYOUT.checkpoints))) === undefined) return undefined;
  return networkFrom(await readFile(path, 'utf8'));
}

/** The network of such a text, with weights of no meaning. */
export function networkFrom(text: string): Promise<tfl.LayersModel> {
  const saved = JSON.parse(text) as SavedNetwork;
  return tfl.loadLayersModel(tf.io.fromMemory({...saved}));
}
