import type {LayersModel} from '@tensorflow/tfjs-layers';
import {checkOptions, checkValue, choice, object, type Rules} from '@contrastive/internal';
import {modelRule} from '@contrastive/layers';
import {checkWeights} from '../check-numbers.js';
import {dtypeNames, type OnnxDtype} from './graph.js';
import {onnxModel} from './onnx-model.js';

/** Settings of {@link toOnnx}. */
export interface ToOnnxOptions {
  /** How kernels are kept, see {@link OnnxDtype}; `'fp32'` by default. */
  readonly dtype?: OnnxDtype;
  /**
   * What the file keeps as JSON, under `contrastive` of its `metadata_props`: by default the model's own
   * `userDefinedMetadata`, which say how its images are prepared.
   */
  readonly metadata?: object;
}

const rules: Rules<ToOnnxOptions> = {dtype: choice(...dtypeNames), metadata: object};

/**
 * A network as the bytes of an ONNX file, opset 17, which calculates what `model.predict` does. An encoder has one
 * input, `pixel_values` `[n, c, h, w]`, of images as the encoder takes them, prepared and normalised, with their
 * channels first; n is any, h and w are where the model leaves them open. Its output is `features`, `[n, d]`, or
 * `[n, c, h, w]` where the model puts out images. A head has `features` `[n, d]` as its input and `output`.
 *
 * What differs in training only (dropout, noise) is left out. Equal networks give equal bytes.
 *
 * @param model Left alone.
 * @returns The caller's: the bytes of `model.onnx`.
 * @throws Error for a layer of another class than docs/encoders.md lists, by its name and class, or of more than one
 * input or output, or a weight that is not finite; TypeError, RangeError for bad options.
 * @example
 * const bytes = await toOnnx(encoder, {dtype: 'int8'}); // for ort.InferenceSession.create(bytes)
 */
export async function toOnnx(model: LayersModel, options: ToOnnxOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  checkOptions('toOnnx', options, rules);
  checkValue('toOnnx', 'model', model, modelRule);
  const {dtype = 'fp32', metadata = model.getUserDefinedMetadata()} = options;
  await checkWeights('toOnnx', model);
  return onnxModel('toOnnx', model, {dtype, metadata});
}
