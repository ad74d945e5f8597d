import type {Preparation} from '@contrastive/augment';
import {usualCrop} from '@contrastive/internal';
import {preparationInTexts} from '../export/own-record.js';
import {fromConfig, fromPreprocessor} from './config.js';
import type {Architecture} from './architecture.js';
import {familyOf, preparationOf, stemPaddingOf, type Family} from './families.js';
import type {Found} from './layouts.js';
import type {EncoderFromOptions} from './encoder-from.js';
import type {TensorFile} from './tensor-file.js';

/** Something that was taken for granted, and how to say otherwise. */
export interface Assumption {
  /** The option that says otherwise. */
  readonly option: keyof EncoderFromOptions;
  /** What was taken. */
  readonly value: unknown;
  /** Why. */
  readonly because: string;
}

/** Options of `resnet` that shapes do not show. */
interface Network {
  readonly bottleneckStride?: '1x1' | '3x3';
  readonly epsilon: number;
  readonly stemPadding: number;
}

/** An encoder's family, how its images are prepared, what its network needs, and what of it was assumed. */
interface Assumed {
  readonly family: Family | undefined;
  readonly preparation: Preparation;
  readonly network: Network;
  readonly assumed: readonly Assumption[];
}

/**
 * What shapes do not show of an encoder: as the options say, else the files beside it, else its own file, else its
 * family.
 *
 * @throws Error if neither a file nor an option says how its images are prepared.
 */
export function assumptions(
  where: string,
  {metadata}: TensorFile,
  found: Found,
  architecture: Architecture,
  options: EncoderFromOptions,
): Assumed {
  const assumed: Assumption[] = [];
  const {block, stem, channels} = architecture;
  const said = fromConfig(where, options.config);
  const recognised = familyOf(found);
  const family = options.family ?? said.family ?? recognised;
  const whose = family ?? 'torch';
  /** What an option or a file says, else what the family does. */
  const taken = <T>(option: Assumption['option'], known: T | undefined, usual: T): T => {
    if (known === undefined) assumed.push({option, value: usual, because: `usual for ${whose}`});
    return known ?? usual;
  };
  if (family === 'torchvision' && family !== (options.family ?? said.family))
    assumed.push({option: 'family', value: family, because: 'its tensors are called as in torchvision'});
  const bottleneckStride =
    block === 'bottleneck'
      ? taken('bottleneckStride', options.bottleneckStride ?? said.bottleneckStride, '3x3')
      : undefined;
  const epsilon = taken('epsilon', options.epsilon, 1e-5);
  const usualPadding = stemPaddingOf(family, architecture);
  const stemPadding =
    stem === 'cifar' ? taken('stemPadding', options.stemPadding, usualPadding) : (options.stemPadding ?? usualPadding);
  const {size} = options;
  if (size !== undefined && options.preparation !== undefined)
    throw new TypeError(`${where}: expected size or preparation, got both; give the size in preparation.`);
  const known =
    options.preparation ??
    fromPreprocessor(where, options.preprocessor, channels) ??
    said.preparation ??
    preparationInTexts(metadata);
  const usual = known ?? preparationOf(family, architecture);
  const preparation = usual && size !== undefined ? {...usual, size, crop: usualCrop(size)} : usual;
  if (preparation === undefined) {
    const shown = `${family ?? 'an unknown family'}, ${stem === 'cifar' ? 'a 3×3 stem' : 'a 7×7 stem'}`;
    throw new Error(
      `${where}: expected how the encoder's images are prepared as preparation, got nothing that says so for ` +
        `${shown}; give {channels, size, crop, interpolation, normalization} of its training.`,
    );
  }
  taken('preparation', known, preparation);
  return {family, preparation, network: {epsilon, stemPadding, ...(bottleneckStride && {bottleneckStride})}, assumed};
}
