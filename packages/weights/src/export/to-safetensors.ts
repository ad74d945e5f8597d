import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {checkOptions, checkValue, object, type Rules} from '@contrastive/internal';
import {modelRule} from '@contrastive/layers';
import {writeSafetensors} from '@contrastive/safetensors';
import {checkWeights} from '../check-numbers.js';
import {textsOf} from './own-record.js';
import {stateDictOf} from './state-dict.js';

/** Settings of {@link toSafetensors}. */
export interface ToSafetensorsOptions {
  /**
   * What the file keeps as JSON, under `contrastive` of its metadata: by default the model's own `userDefinedMetadata`,
   * which say how its images are prepared.
   */
  readonly metadata?: object;
}

const rules: Rules<ToSafetensorsOptions> = {metadata: object};

/**
 * A ResNet as the bytes of a safetensors file, `model.safetensors` of `exportEncoder`: weights and statistics bit for
 * bit as PyTorch has them, by the names of torchvision and timm. `importEncoder` opens the file, `encoderFrom` its
 * bytes, both without being told how its images are prepared. For pages, which have no disk.
 *
 * @param encoder Left alone; not to be trained meanwhile.
 * @returns The caller's: the bytes of the file.
 * @throws Error for a network with other layers than `resnet` and `importEncoder` make, or a weight that is not finite;
 * TypeError for a bad option.
 * @example
 * const bytes = await toSafetensors(encoder);
 * const {encoder: again} = await encoderFrom(await readSafetensors(bytes));
 */
export async function toSafetensors(
  encoder: LayersModel,
  options: ToSafetensorsOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  checkOptions('toSafetensors', options, rules);
  checkValue('toSafetensors', 'encoder', encoder, modelRule);
  const remembered = encoder.getUserDefinedMetadata() as object | undefined;
  const {metadata = remembered ?? {}} = options;
  await checkWeights('toSafetensors', encoder);
  const tensors = stateDictOf('toSafetensors', encoder, 'torchvision');
  const chunks: ArrayBuffer[] = [];
  // A chunk may be a weight's own memory, so it is copied at once.
  for await (const chunk of writeSafetensors(tensors, {metadata: textsOf(metadata)})) chunks.push(chunk.slice().buffer);
  return new Uint8Array(tf.io.CompositeArrayBuffer.join(chunks));
}
