import {readFile} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {checkValue, reasonOf, show} from '@contrastive/internal';
import {requireBackend} from '@contrastive/layers';
import {checkWeights} from '../check-numbers.js';
import {directoryRule} from './path-rule.js';

/** Bytes of one number, by the type in which it is stored. */
const sizes = {float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2, complex64: 8};
const bytesOf: Readonly<Record<string, number>> = sizes;

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new Error(
      `loadEncoder: expected the file ${path}, got ${reasonOf(cause)}; give the directory that exportEncoder, or ` +
        'model.save of TensorFlow.js, has written.',
      {cause},
    );
  }
}

/** What is said of a model of Keras 3. */
const ofKeras3 = (path: string, cause?: unknown): Error =>
  new Error(
    `loadEncoder: expected a model of TensorFlow.js or Keras 2 in ${path}, got one of Keras 3, whose layers ` +
      'TensorFlow.js does not know; save it by Keras 2 (in Python, tf_keras and TF_USE_LEGACY_KERAS=1) and convert ' +
      'it again.',
    cause === undefined ? undefined : {cause},
  );

/** Reads and checks `model.json`. */
async function readModelJson(path: string): Promise<tf.io.ModelJSON> {
  const content = (await read(path)).toString('utf8');
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (cause) {
    throw new Error(
      `loadEncoder: expected JSON in ${path}, got ${reasonOf(cause)}; it may have been cut off: export ` +
        'the model again.',
      {cause},
    );
  }
  const {format = 'layers-model', modelTopology, weightsManifest} = Object(json) as Record<string, unknown>;
  if (Object(modelTopology) !== modelTopology || !Array.isArray(weightsManifest) || format !== 'layers-model') {
    throw new Error(
      `loadEncoder: expected modelTopology and weightsManifest of a 'layers-model' in ${path}, got ` +
        `${Object.keys(Object(json) as object).join(', ')} of a ${show(format)}; export the model again.`,
    );
  }
  const {keras_version: version} = modelTopology as {readonly keras_version?: unknown};
  if (/^3\b/.test(String(version))) throw ofKeras3(path);
  return json as tf.io.ModelJSON; // with the members that are used here
}

/** Reads the files of one group of weights and checks their size. */
async function readGroup(directory: string, {paths, weights}: tf.io.WeightsManifestConfig[number]): Promise<Buffer> {
  const data = Buffer.concat(await Promise.all(paths.map(path => read(join(directory, path)))));
  const expected = weights.reduce((sum, {shape, dtype, quantization}) => {
    return sum + shape.reduce((size, n) => size * n, 1) * (bytesOf[quantization?.dtype ?? dtype] ?? NaN);
  }, 0);
  if (data.length !== expected) {
    const files = paths.map(path => join(directory, path)).join(', ');
    throw new Error(
      `loadEncoder: expected ${expected} bytes in ${files}, as model.json says, got ${data.length}; export or copy ` +
        'the model again.',
    );
  }
  return data;
}

/**
 * Loads a stock layers model from a directory, on every backend: what `exportEncoder` or `model.save('file://…')` has
 * written, with the record of how its images are prepared. The model is the caller's to dispose. To train it on, pass
 * it through `forTraining` of `@contrastive/layers`.
 *
 * @param given The directory, or its `model.json`.
 * @throws Error when a file is missing or unreadable, is not a layers model or one of Keras 3, or the weights do
 * not have the size that `model.json` says, or are not finite.
 * @example
 * const encoder = await loadEncoder('runs/encoder');
 */
export async function loadEncoder(given: string): Promise<tfl.LayersModel> {
  checkValue('loadEncoder', 'directory', given, directoryRule);
  requireBackend('loadEncoder');
  const directory = basename(given) === 'model.json' ? dirname(given) : given;
  const path = join(directory, 'model.json');
  const {modelTopology, weightsManifest, userDefinedMetadata} = await readModelJson(path);
  const groups: Buffer[] = [];
  for (const group of weightsManifest) groups.push(await readGroup(directory, group));
  const weightData = new Uint8Array(Buffer.concat(groups)).buffer;
  const weightSpecs = weightsManifest.flatMap(({weights}) => weights);
  const model = await tfl
    .loadLayersModel(
      tf.io.fromMemory({modelTopology, weightSpecs, weightData, ...(userDefinedMetadata && {userDefinedMetadata})}),
    )
    .catch((cause: unknown) => {
      // Late versions of Keras 2 write this too, of models that TensorFlow.js opens.
      throw JSON.stringify(modelTopology).includes('"registered_name":') ? ofKeras3(path, cause) : cause;
    });
  try {
    await checkWeights(`loadEncoder: ${directory}`, model);
  } catch (error) {
    model.dispose();
    throw error;
  }
  return model;
}
