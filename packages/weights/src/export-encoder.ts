import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {toStockTopology} from '@contrastive/layers';
import {namesIn, replaceDirectory, writeDurably} from './replace-directory.js';

/** Settings of `exportEncoder`. */
export interface ExportEncoderOptions {
  /**
   * Whether a model that is already in the directory may be replaced; `false` by default. A directory with other files
   * never is.
   */
  readonly overwrite?: boolean;
  /** Anything that JSON can hold, kept as the model's `userDefinedMetadata`; the model's own by default. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** What a model's directory may hold and still be replaced: ours, and the shards of models that TensorFlow.js saved. */
const modelFile = /^(model\.json|[^/]*\.bin)$/;

/** The model in the form that TensorFlow.js saves, on any backend, with every weight but no optimiser. */
async function artifactsOf(model: LayersModel): Promise<tf.io.ModelArtifacts> {
  const saved: tf.io.ModelArtifacts[] = [];
  const handler = tf.io.withSaveHandler(artifacts => {
    saved.push(artifacts);
    return Promise.resolve({modelArtifactsInfo: {dateSaved: new Date(), modelTopologyType: 'JSON'}});
  });
  await model.save(handler, {includeOptimizer: false});
  return saved[0];
}

/** Throws unless the directory is free, or holds a model that may be replaced. */
async function checkTarget(directory: string, overwrite: boolean): Promise<void> {
  const names = await namesIn(directory);
  const other = names.find(name => !modelFile.test(name));
  if (other !== undefined) {
    throw new Error(
      `exportEncoder: ${directory} holds ${other}, which is no part of a model. Choose a directory of its own.`,
    );
  }
  if (names.length > 0 && !overwrite) {
    throw new Error(
      `exportEncoder: ${directory} already holds ${names.join(', ')}. Choose another directory, or pass ` +
        '{overwrite: true}.',
    );
  }
}

/**
 * Saves an encoder as a stock layers model, `model.json` and one `weights.bin`, from every backend. Our BatchNorm
 * layers are written as `BatchNormalization`, so `tf.loadLayersModel` opens it where these packages are not installed.
 *
 * The directory appears when all is on the disk; until then, and when anything fails, an old one stays as it was. The
 * model stays the caller's.
 *
 * @throws Error when the directory is taken (see `overwrite`) or cannot be written; TypeError when `metadata` is
 * nothing that JSON can hold.
 * @example
 * await exportEncoder(encoder, 'runs/encoder', {metadata: {method: 'simclr', epochs: 12}});
 */
export async function exportEncoder(
  model: LayersModel,
  directory: string,
  {overwrite = false, metadata}: ExportEncoderOptions = {},
): Promise<void> {
  const {modelTopology, weightSpecs = [], weightData, generatedBy, userDefinedMetadata} = await artifactsOf(model);
  const kept = metadata ?? userDefinedMetadata;
  const json = JSON.stringify({
    format: 'layers-model',
    generatedBy,
    convertedBy: null,
    modelTopology: toStockTopology(modelTopology as object),
    weightsManifest: [{paths: ['weights.bin'], weights: weightSpecs}],
    ...(kept && {userDefinedMetadata: kept}),
  });
  const weights = tf.io.CompositeArrayBuffer.join(weightData);
  try {
    await checkTarget(directory, overwrite);
    await replaceDirectory(directory, async temporary => {
      await writeDurably(join(temporary, 'weights.bin'), new Uint8Array(weights));
      await writeDurably(join(temporary, 'model.json'), json);
    });
  } catch (cause) {
    const {code, message} = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    throw new Error(
      `exportEncoder: ${directory} could not be written (${message}). Nothing there was changed. ${remedy(code)}`,
      {cause},
    );
  }
}

function remedy(code: string): string {
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'Free some space, or choose a directory on another disk.';
  if (code === 'EBUSY' || code === 'EXDEV')
    return 'It is in use or a mount point and cannot be replaced: choose a directory in it.';
  return 'Choose a directory that this user may write to.';
}
