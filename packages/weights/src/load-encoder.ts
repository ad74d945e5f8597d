import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

/** Bytes of one number, by the type in which it is stored. */
const bytesOf: Readonly<Record<string, number>> = {
  float32: 4,
  int32: 4,
  bool: 1,
  uint8: 1,
  uint16: 2,
  float16: 2,
  complex64: 8,
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const reason =
      (cause as NodeJS.ErrnoException).code === 'ENOENT'
        ? 'does not exist'
        : `cannot be read (${(cause as Error).message})`;
    throw new Error(
      `loadEncoder: ${path} ${reason}. Give the directory that exportEncoder, or model.save of TensorFlow.js, ` +
        'has written.',
      {cause},
    );
  }
}

/** Reads and checks `model.json`. */
async function readModelJson(path: string): Promise<tf.io.ModelJSON> {
  const text = (await read(path)).toString('utf8');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Error(
      `loadEncoder: ${path} is not JSON (${(cause as Error).message}); it may have been cut off. Export the ` +
        'model again.',
      {cause},
    );
  }
  if (!isRecord(json) || !isRecord(json.modelTopology) || !Array.isArray(json.weightsManifest)) {
    throw new Error(
      `loadEncoder: ${path} lacks modelTopology or weightsManifest. Expected a layers model of TensorFlow.js.`,
    );
  }
  if (json.format !== undefined && json.format !== 'layers-model') {
    throw new Error(`loadEncoder: ${path} has the format ${JSON.stringify(json.format)}, expected "layers-model".`);
  }
  return json as {modelTopology: object; weightsManifest: tf.io.WeightsManifestConfig};
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
      `loadEncoder: ${files}: expected ${expected} bytes as model.json says, found ${data.length}. Export or ` +
        'copy the model again.',
    );
  }
  return data;
}

/**
 * Loads a stock layers model from a directory, on every backend: what `exportEncoder` or `model.save('file://…')` has
 * written. The model is the caller's to dispose. To train it on, pass it through `forTraining` of
 * `@contrastive/layers`.
 *
 * @throws Error when a file is missing or unreadable, is no layers model, or the weights do not have the size that
 * `model.json` says.
 * @example
 * const encoder = await loadEncoder('runs/encoder');
 */
export async function loadEncoder(directory: string): Promise<tfl.LayersModel> {
  const {modelTopology, weightsManifest, userDefinedMetadata} = await readModelJson(join(directory, 'model.json'));
  const groups: Buffer[] = [];
  for (const group of weightsManifest) groups.push(await readGroup(directory, group));
  const weightData = new Uint8Array(Buffer.concat(groups)).buffer;
  const weightSpecs = weightsManifest.flatMap(({weights}) => weights);
  return tfl.loadLayersModel(
    tf.io.fromMemory({modelTopology, weightSpecs, weightData, ...(userDefinedMetadata && {userDefinedMetadata})}),
  );
}
