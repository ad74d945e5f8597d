import type {LayersModel} from '@tensorflow/tfjs-layers';
import {prepare, type Preparation} from '@contrastive/augment';
import {
  callable,
  checkOptions,
  checkValue,
  choice,
  integer,
  number,
  object,
  text,
  type Rules,
} from '@contrastive/internal';
import {recordPreparation, requireBackend} from '@contrastive/layers';
import {resnet} from '@contrastive/resnet';
import {architectureOf, type Architecture} from './architecture.js';
import {assignWeights, checkPairs, pairsOf, type Pair} from './assign-weights.js';
import {assumptions, type Assumption} from './assumptions.js';
import {chooseEncoder} from './choose-encoder.js';
import {familyNames, type Family} from './families.js';
import {headOf} from './head.js';
import {nameIn, type Found} from './layouts.js';
import {tensorFileRule, type TensorFile} from './tensor-file.js';

/** What the tensors of an encoder do not show; what is left out is taken from the files beside, or from its family. */
export interface EncoderFromOptions {
  /** What the names of the encoder's tensors begin with, where a file has several: `'state_dict.teacher.'`. */
  readonly prefix?: string;
  /** Who trained it, or made its file; its names say so, except of timm's and SimCLR's, which are torchvision's. */
  readonly family?: Family;
  /**
   * How its images are prepared: must be given if no file says so, as for the stem for images of 32 pixels. What
   * `toSafetensors` and `exportEncoder` wrote says so itself.
   */
  readonly preparation?: Preparation;
  /**
   * Pixels of its images, each way, where other than in its training: a network for 224 pixels that goes on with 64. It
   * is remembered with the encoder, which takes images of any size all the same. The crop is then the usual one of that
   * size; the rest of the preparation stays.
   */
  readonly size?: number;
  /** Which convolution of a bottleneck has the stride, `'3x3'` in all families but old networks from Caffe. */
  readonly bottleneckStride?: '1x1' | '3x3';
  /** Added to the variance in BatchNorm, above 0; 1e-5 in all families. */
  readonly epsilon?: number;
  /** Zeros around the images before the first convolution; see `resnet` of `@contrastive/resnet`. */
  readonly stemPadding?: number;
  /** `config.json` of transformers or timm, parsed. */
  readonly config?: object;
  /** `preprocessor_config.json` of transformers, parsed. */
  readonly preprocessor?: object;
  /** Name of the model, `'encoder'` by default. */
  readonly name?: string;
  /** Called after each tensor with how many numbers were copied and how many there are. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What the options may be. */
export const encoderRules: Rules<EncoderFromOptions> = {
  prefix: text,
  family: choice(...familyNames),
  preparation: object,
  size: integer({least: 1}),
  bottleneckStride: choice('1x1', '3x3'),
  epsilon: number({above: 0}),
  stemPadding: integer({least: 0}),
  config: object,
  preprocessor: object,
  name: text,
  onProgress: callable,
};

/** An encoder from a file, and what was found and assumed. */
export interface ImportedEncoder {
  /**
   * Images `[n, h, w, c]` to features `[n, d]`: layers, weights and statistics as `resnet` makes them, trainable, with
   * the record of how its images are prepared. The caller's.
   */
  readonly encoder: LayersModel;
  /** The linear layers behind it, features to outputs: classes, or MoCo's projection; the caller's. */
  readonly head?: LayersModel;
  /** Who trained it, where the names of its tensors or an option say so. */
  readonly family?: Family;
  /** What the names of its tensors begin with. */
  readonly prefix: string;
  /** What its shapes say. */
  readonly architecture: Architecture;
  /** What neither shapes nor files say: options to be given where it is otherwise. */
  readonly assumed: readonly Assumption[];
  /** Of how many tensors the numbers were converted to float32, by their type: those of `F64` were rounded. */
  readonly converted: Readonly<Record<string, number>>;
  /** The names of the tensors in the file that belong to neither encoder nor head. */
  readonly unused: readonly string[];
}

/** What BatchNorm counts in training. */
const COUNTER = '.num_batches_tracked';

/** How many of the tensors are of each type other than float32. */
function conversions({tensors}: TensorFile, pairs: readonly Pair[]): Record<string, number> {
  const converted: Record<string, number> = {};
  for (const {name} of pairs) {
    const {dtype = 'F32'} = tensors.get(name) ?? {};
    if (dtype !== 'F32') converted[dtype] = (converted[dtype] ?? 0) + 1;
  }
  return converted;
}

/** The same for whoever asks. */
export async function buildEncoder(
  where: string,
  file: TensorFile,
  options: EncoderFromOptions,
): Promise<ImportedEncoder> {
  const found: Found = chooseEncoder(where, file, options.prefix);
  const {prefix} = found;
  const architecture = architectureOf(where, file, found);
  const {family, preparation, network, assumed} = assumptions(where, file, found, architecture, options);
  prepare(preparation); // checks it
  const {channels, ...shape} = architecture;
  const {innerWidth, ...basic} = shape;
  const encoder = resnet({
    ...(shape.block === 'basic' ? basic : {...basic, innerWidth}),
    ...network,
    inputShape: [null, null, channels],
    initializer: 'zeros', // until the file's are there
    name: options.name ?? 'encoder',
  });
  const made: LayersModel[] = [encoder];
  try {
    const head = headOf(where, file, found, encoder.outputs[0].shape[1] ?? 0);
    if (head) made.push(head.model);
    const weights = pairsOf(encoder, (layer, tensor) => nameIn(found, layer, tensor));
    const pairs = [...weights, ...(head?.pairs ?? [])];
    const names = [...file.tensors.keys()];
    const own = names.filter(name => name.startsWith(prefix) && !name.endsWith(COUNTER));
    checkPairs(where, file, pairs, own);
    await assignWeights(where, file, pairs, options.onProgress);
    recordPreparation(where, encoder, preparation);
    const used = new Set(pairs.map(({name}) => name));
    return {
      encoder,
      ...(head && {head: head.model}),
      ...(family && {family}),
      prefix,
      architecture,
      assumed,
      converted: conversions(file, pairs),
      unused: names.filter(name => !used.has(name) && !(name.startsWith(prefix) && name.endsWith(COUNTER))),
    };
  } catch (error) {
    for (const model of made) model.dispose();
    throw error;
  }
}

/**
 * Makes an encoder from tensors that PyTorch trained: ResNets of any depth and width, with the names of torchvision,
 * timm, MoCo (`module.encoder_q.`), SimCLR's converters, lightly, solo-learn and transformers. Blocks, depths, widths,
 * stem and head follow from names and shapes; every tensor that is missing, of another shape or one too many is an
 * error. What no shape shows, is taken from `config` and `preprocessor`, else from the file's own record where it was
 * written here, else from what its family does, which `assumed` lists.
 *
 * @param file What `readTorch`, or `readSafetensors` of `@contrastive/safetensors`, gave; borrowed until the promise is
 * fulfilled.
 * @throws Error that says what is no ResNet, or wrong with a tensor; RangeError, TypeError for bad options.
 * @example
 * const {encoder, assumed} = await encoderFrom(await readTorch(bytes), {family: 'timm'});
 */
export async function encoderFrom(file: TensorFile, options: EncoderFromOptions = {}): Promise<ImportedEncoder> {
  checkOptions('encoderFrom', options, encoderRules);
  checkValue('encoderFrom', 'file', file, tensorFileRule);
  requireBackend('encoderFrom');
  return buildEncoder('encoderFrom', file, options);
}
