import {imageNetNormalization, type Preparation} from '@contrastive/augment';
import type {Architecture} from './architecture.js';
import type {Found} from './layouts.js';

/** Who trained an encoder, or made its file: what its shapes do not show is as they have it. */
export type Family = 'torchvision' | 'timm' | 'moco' | 'simclr' | 'lightly' | 'solo-learn' | 'huggingface';

/** `Resize(256)` and `CenterCrop(224)` of torchvision's examples, which MoCo, lightly and solo-learn have too. */
const torchvision: Preparation = {
  channels: 3,
  size: 224,
  crop: 0.875,
  interpolation: 'bilinear',
  normalization: imageNetNormalization,
};

/** How the images of each family's encoders with the stem for ImageNet are prepared, where nobody says. */
const preparations: Readonly<Record<Family, Preparation>> = {
  torchvision,
  timm: torchvision, // timm, resnet.py, _cfg
  moco: torchvision, // main_lincls.py
  // data_util.py: central crop of 0.875, bicubic, and no normalisation.
  simclr: {channels: 3, size: 224, crop: 0.875, interpolation: 'bicubic'},
  lightly: torchvision,
  'solo-learn': torchvision,
  huggingface: {...torchvision, interpolation: 'bicubic'}, // microsoft/resnet-50, preprocessor_config.json
};

/** All families. */
export const familyNames = Object.keys(preparations);

/** What the names of an encoder say of its family, undefined where they say nothing. */
export function familyOf({layout, prefix}: Found): Family | undefined {
  if (layout.name === 'huggingface') return 'huggingface';
  if (layout.name === 'converted') return 'simclr';
  if (layout.name === 'shortcut' || layout.name === 'lightly' || layout.name === 'sequential') return 'lightly';
  if (/(^|\.)encoder_[qk]\.$/.test(prefix)) return 'moco';
  if (/(^|\.)(momentum_)?(backbone|encoder)\.$/.test(prefix)) return 'solo-learn';
  return /^((state_dict|model|module|net|resnet)\.)*$/.test(prefix) ? 'torchvision' : undefined;
}

/** How the images of such an encoder are prepared by default: nobody knows that of images of 32 pixels. */
export const preparationOf = (family: Family | undefined, {stem, channels}: Architecture): Preparation | undefined =>
  family !== undefined && stem === 'imagenet' && channels === 3 ? preparations[family] : undefined;

/** Zeros around the images: solo-learn's stem for CIFAR has two (solo/methods/base.py), others one. */
export const stemPaddingOf = (family: Family | undefined, {stem}: Architecture): number =>
  stem === 'imagenet' ? 3 : family === 'solo-learn' ? 2 : 1;
