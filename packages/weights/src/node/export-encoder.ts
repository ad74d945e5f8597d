import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import {LayersModel} from '@tensorflow/tfjs-layers';
import type {Preparation} from '@contrastive/augment';
import {checkOptions, checkValue, choice, flag, isPlain, kind, object, show, type Rules} from '@contrastive/internal';
import {replaceDirectory, tryReplacing, writeDurably} from '@contrastive/internal/node';
import {recordedPreparation, samePreparation, toStockTopology} from '@contrastive/layers';
import {saveSafetensors} from '@contrastive/safetensors/node';
import {preprocessorConfig, shapesIn, transformersConfig} from '../export/config-of.js';
import {layerNamer, stateDictOf, type ExportNames} from '../export/state-dict.js';
import {dtypeNames, type OnnxDtype} from '../onnx/graph.js';
import {frozenAlike} from './frozen-alike.js';
import {checkTarget, withRemedy} from './model-directory.js';
import {onnxWriter, transformersWriter, type Writer} from './onnx-writers.js';
import {directoryRule} from './path-rule.js';

/** Settings of `exportEncoder`. */
export interface ExportEncoderOptions {
  /**
   * Whether a model that is already in the directory may be replaced; `false` by default. A directory with other files
   * never is.
   */
  readonly overwrite?: boolean;
  /**
   * Anything that JSON can hold, added to the model's own `userDefinedMetadata`. How the images of the encoder are
   * prepared (`preparation`) stays as it was recorded.
   */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /**
   * `'tfjs'`: a layers model of TensorFlow.js, of any network; `'safetensors'`: the weights of a ResNet as PyTorch has
   * them, `model.safetensors`, for `load_state_dict` or transformers; `'onnx'`: `model.onnx`, as `toOnnx` makes it;
   * `'transformers'`: a folder that transformers.js opens, with `onnx/model.onnx` and how images are prepared. `'tfjs'`
   * by default.
   */
  readonly format?: 'tfjs' | 'safetensors' | 'onnx' | 'transformers';
  /**
   * For ONNX and transformers.js, how kernels are kept: `'fp32'` by default; `'fp16'` in `model_fp16.onnx`, `'int8'` in
   * `model_int8.onnx`.
   */
  readonly dtype?: OnnxDtype;
  /**
   * For safetensors, how the tensors are called: `'torchvision'` by default, as in timm too; `'huggingface'` as in
   * transformers' ResNetModel, with its `config.json`.
   */
  readonly names?: ExportNames;
}

const rules: Rules<ExportEncoderOptions> = {
  overwrite: flag,
  metadata: object,
  format: choice('tfjs', 'safetensors', 'onnx', 'transformers'),
  dtype: choice(...dtypeNames),
  names: choice('torchvision', 'huggingface'),
};

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

/** Throws where JSON would lose or change a value, or cannot hold it; names its key. */
function checkJson(value: unknown, key: string, within: readonly unknown[] = []): void {
  const plain = value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value);
  if (plain) return;
  const items = typeof value === 'object' && (Array.isArray(value) || isPlain(value));
  if (!items || within.includes(value)) {
    throw new TypeError(
      `exportEncoder: expected what JSON can hold as ${key}, got ${items ? 'an object within itself' : show(value)}; ` +
        'convert it to text or numbers, or leave it out.',
    );
  }
  for (const [name, item] of Object.entries(value))
    if (item !== undefined) checkJson(item, `${key}.${name}`, [...within, value]);
}

/**
 * Whether {@link exportEncoder} could write there now: to be asked before a training of hours, not after it. Nothing
 * that is there changes; the directories above it are made where they are missing.
 *
 * @throws Error, as `exportEncoder`, when the directory is taken (see `overwrite`) or cannot be written.
 * @example
 * await checkExport('runs/encoder', {overwrite: true});
 */
export async function checkExport(
  directory: string,
  options: Pick<ExportEncoderOptions, 'overwrite'> = {},
): Promise<void> {
  checkOptions('checkExport', options, {overwrite: flag});
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
    const told = {format: 'pt', ...(Object.keys(metadata).length > 0 && {contrastive: JSON.stringify(metadata)})};
    await saveSafetensors(join(directory, 'model.safetensors'), tensors, {metadata: told});
    if (config) await writeDurably(join(directory, 'config.json'), json(config));
    if (preprocessor) await writeDurably(join(directory, 'preprocessor_config.json'), json(preprocessor));
  };
}

/** Throws where an option is given that the format does not have. */
function checkFormat(
  options: ExportEncoderOptions,
  option: 'names' | 'dtype',
  formats: readonly ExportEncoderOptions['format'][],
): void {
  if (options[option] === undefined || formats.includes(options.format)) return;
  throw new RangeError(
    `exportEncoder: expected ${choice(...formats.map(String)).expected} as format beside ${option}, got ` +
      `${show(options.format)}; leave ${option} out, or pass {format: ${show(formats[0])}}.`,
  );
}

/**
 * Saves an encoder as a stock layers model, `model.json` and one `weights.bin`, from every backend, with the record of
 * how its images are prepared. Our BatchNorm layers are written as `BatchNormalization`, so `tf.loadLayersModel` opens
 * it where these packages are not installed. What is frozen as a whole (`model.trainable = false`) is written as frozen
 * layers; frozen single weights are not, because a model on disk cannot say so.
 *
 * With `{format: 'safetensors'}` a ResNet is saved for PyTorch, bit for bit: for `load_state_dict(load_file(…),
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
 * preparation than was recorded, or a network cannot be saved so; TypeError when it is nothing that JSON can hold.
 * @example
 * await exportEncoder(encoder, 'runs/encoder', {metadata: {method: 'simclr', epochs: 12}});
 */
export async function exportEncoder(
  encoder: LayersModel,
  directory: string,
  options: ExportEncoderOptions = {},
): Promise<void> {
  checkOptions('exportEncoder', options, rules);
  checkValue('exportEncoder', 'encoder', encoder, encoderRule);
  checkValue('exportEncoder', 'directory', directory, directoryRule);
  const {overwrite = false, metadata, format = 'tfjs', names = 'torchvision', dtype = 'fp32'} = options;
  checkFormat(options, 'names', ['safetensors']);
  checkFormat(options, 'dtype', ['onnx', 'transformers']);
  if (metadata) checkJson(metadata, 'metadata');
  const all = mergedMetadata(encoder, metadata);
  const writers: Readonly<Record<typeof format, () => Writer | Promise<Writer>>> = {
    tfjs: () => tfjsWriter(encoder, all),
    safetensors: () => safetensorsWriter(encoder, all, names),
    onnx: () => onnxWriter(encoder, all, dtype),
    transformers: () => transformersWriter(encoder, all, dtype),
  };
  const write = await writers[format]();
  await withRemedy('exportEncoder', directory, async () => {
    await checkTarget('exportEncoder', directory, overwrite);
    await replaceDirectory(directory, write);
  });
}
