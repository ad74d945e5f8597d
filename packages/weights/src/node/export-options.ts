import {checkOptions, choice, flag, isPlain, object, show, type Rules} from '@contrastive/internal';
import type {ExportNames} from '../export/state-dict.js';
import {dtypeNames, type OnnxDtype} from '../onnx/graph.js';

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

/** Throws where JSON would lose or change a value, or cannot hold it; names its key. */
function checkJson(where: string, value: unknown, key: string, within: readonly unknown[] = []): void {
  const plain = value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value);
  if (plain) return;
  const items = typeof value === 'object' && (Array.isArray(value) || isPlain(value));
  if (!items || within.includes(value)) {
    throw new TypeError(
      `${where}: expected what JSON can hold as ${key}, got ${items ? 'an object within itself' : show(value)}; ` +
        'convert it to text or numbers, or leave it out.',
    );
  }
  for (const [name, item] of Object.entries(value))
    if (item !== undefined) checkJson(where, item, `${key}.${name}`, [...within, value]);
}

/** Throws where an option is given that the format does not have. */
function checkFormat(
  where: string,
  options: ExportEncoderOptions,
  option: 'names' | 'dtype',
  formats: readonly ExportEncoderOptions['format'][],
): void {
  if (options[option] === undefined || formats.includes(options.format)) return;
  throw new RangeError(
    `${where}: expected ${choice(...formats.map(String)).expected} as format beside ${option}, got ` +
      `${show(options.format)}; leave ${option} out, or pass {format: ${show(formats[0])}}.`,
  );
}

/**
 * Throws unless options are such as `exportEncoder` takes.
 *
 * @param where What messages begin with.
 */
export function checkExportOptions(where: string, options: ExportEncoderOptions): void {
  checkOptions(where, options, rules);
  checkFormat(where, options, 'names', ['safetensors']);
  checkFormat(where, options, 'dtype', ['onnx', 'transformers']);
  if (options.metadata) checkJson(where, options.metadata, 'metadata');
}
