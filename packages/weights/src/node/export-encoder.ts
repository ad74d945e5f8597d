import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import {LayersModel} from '@tensorflow/tfjs-layers';
import type {Preparation} from '@contrastive/augment';
import {checkValue, kind, show} from '@contrastive/internal';
import {replaceDirectory, tryReplacing, writeDurably} from '@contrastive/internal/node';
import {recordedPreparation, samePreparation, toStockTopology} from '@contrastive/layers';
import {saveSafetensors} from '@contrastive/safetensors/node';
import {checkWeights} from '../check-numbers.js';
import {preprocessorConfig, shapesIn, transformersConfig} from '../export/config-of.js';
import {textsOf} from '../export/own-record.js';
import {layerNamer, stateDictOf, type ExportNames} from '../export/state-dict.js';
import {checkExportOptions, type ExportEncoderOptions} from './export-options.js';
import {frozenAlike} from './frozen-alike.js';
import {checkTarget, withRemedy} from './model-directory.js';
import {onnxWriter, transformersWriter, type Writer} from './onnx-writers.js';
import {directoryRule} from './path-rule.js';

const encoderRule = kind(
  'a LayersModel',
  value => value instanceof LayersModel,
  'give the network itself, as it was given to the method',
);

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

/** The model's own metadata with the given ones; throws where these have another preparation. */
function mergedMetadata(model: LayersModel, given: ExportEncoderOptions['metadata'] = {}): object {
  const preparation = recordedPreparation(model);
  if (
    preparation &&
    given.preparation !== undefined &&
    !samePreparation(Object(given.preparation) as object, preparation)
  ) {
    throw new Error(
      `exportEncoder: expected the preparation that the encoder was trained with, ${JSON.stringify(preparation)}, as ` +
        `metadata.preparation, got ${show(given.preparation)}; leave it out.`,
    );
  }
  return {...model.getUserDefinedMetadata(), ...given, ...(preparation && {preparation})};
}

/**
 * Whether {@link exportEncoder} could write there now: to be asked before a training of hours, not after it. Nothing
 * that is there changes, and nothing is left there.
 *
 * @param options Those that `exportEncoder` is to have.
 * @throws Error, as `exportEncoder`, when the directory is taken (see `overwrite`) or cannot be written; TypeError or
 * RangeError for options that it does not take.
 * @example
 * await checkExport('runs/encoder', {overwrite: true});
 */
export async function checkExport(directory: string, options: ExportEncoderOptions = {}): Promise<void> {
  checkExportOptions('checkExport', options);
  checkValue('checkExport', 'directory', directory, directoryRule);
  await withRemedy('checkExport', directory, async () => {
    await checkTarget('checkExport', directory, options.overwrite ?? false);
    await tryReplacing(directory);
  });
}

/** Writes a layers model. */
async function tfjsWriter(encoder: LayersModel, userDefinedMetadata: object): Promise<Writer> {
  const {modelTopology, weightSpecs = [], weightData, generatedBy} = await artifactsOf(encoder);
  const json = JSON.stringify({
    format: 'layers-model',
    generatedBy,
    convertedBy: null,
    modelTopology: frozenAlike(toStockTopology(modelTopology as object), encoder),
    weightsManifest: [{paths: ['weights.bin'], weights: weightSpecs}],
    ...(Object.keys(userDefinedMetadata).length > 0 && {userDefinedMetadata}),
  });
  const weights = tf.io.CompositeArrayBuffer.join(weightData);
  return async directory => {
    await writeDurably(join(directory, 'weights.bin'), new Uint8Array(weights));
    await writeDurably(join(directory, 'model.json'), json);
  };
}

/** Writes safetensors, with what transformers reads beside. */
function safetensorsWriter(encoder: LayersModel, metadata: object, names: ExportNames): Writer {
  const where = 'exportEncoder';
  const tensors = stateDictOf(where, encoder, names);
  const config =
    names === 'huggingface' ? transformersConfig(where, encoder, shapesIn(tensors, layerNamer(names))) : undefined;
  const preprocessor = preprocessorConfig((recordedPreparation(encoder) ?? {}) as Preparation); // as it was recorded
  const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
  return async directory => {
    await saveSafetensors(join(directory, 'model.safetensors'), tensors, {metadata: textsOf(metadata)});
    if (config) await writeDurably(join(directory, 'config.json'), json(config));
    if (preprocessor) await writeDurably(join(directory, 'preprocessor_config.json'), json(preprocessor));
  };
}

/**
 * Saves an encoder as a stock layers model, `model.json` and one `weights.bin`, from every backend, with the record of
 * how its images are prepared. Our BatchNorm layers are written as `BatchNormalization`, so `tf.loadLayersModel` opens
 * it where these packages are not installed. What is frozen as a whole (`model.trainable = false`) is written as frozen
 * layers; frozen single weights are not, because a model on disk cannot say so.
 *
 * With `{format: 'safetensors'}` a ResNet is saved for PyTorch, its weights and statistics bit for bit, with a
 * `num_batches_tracked` of 0 and no head: for `load_state_dict(load_file(…),
 * strict=True)` of torchvision's or timm's network without its classifier, or transformers'
 * `ResNetModel.from_pretrained`; `importEncoder` reads it again.
 *
 * With `{format: 'onnx'}` or `{format: 'transformers'}` it is saved for ONNX runtimes, or for transformers.js, whose
 * `image-feature-extraction` pipeline opens the directory; docs/encoders.md lists the layers that it may have.
 * transformers.js gives every network three channels; the file of an encoder for grey images makes grey of them.
 *
 * The directory appears when all is on the disk; until then, and when anything fails, an old one stays as it was. The
 * model stays the caller's. {@link checkExport} tells before a training whether it could be written.
 *
 * @throws Error when the directory is taken (see `overwrite`) or cannot be written, or `metadata` has another
 * preparation than was recorded, or a network cannot be saved so, or a weight is not finite; TypeError when it is
 * nothing that JSON can hold.
 * @example
 * await exportEncoder(encoder, 'runs/encoder', {metadata: {method: 'simclr', epochs: 12}});
 */
export async function exportEncoder(
  encoder: LayersModel,
  directory: string,
  options: ExportEncoderOptions = {},
): Promise<void> {
  checkExportOptions('exportEncoder', options);
  checkValue('exportEncoder', 'encoder', encoder, encoderRule);
  checkValue('exportEncoder', 'directory', directory, directoryRule);
  const {overwrite = false, metadata, format = 'tfjs', names = 'torchvision', dtype = 'fp32'} = options;
  const all = mergedMetadata(encoder, metadata);
  const writers: Readonly<Record<typeof format, () => Writer | Promise<Writer>>> = {
    tfjs: () => tfjsWriter(encoder, all),
    safetensors: () => safetensorsWriter(encoder, all, names),
    onnx: () => onnxWriter(encoder, all, dtype),
    transformers: () => transformersWriter(encoder, all, dtype),
  };
  await checkWeights('exportEncoder', encoder);
  const write = await writers[format]();
  await withRemedy('exportEncoder', directory, async () => {
    await checkTarget('exportEncoder', directory, overwrite);
    await replaceDirectory(directory, write);
  });
}
