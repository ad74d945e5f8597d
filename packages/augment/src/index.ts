export {augmentation, recipeOf} from './augmentation.js';
export {centerCrop, type CenterCropOptions} from './center-crop.js';
export {
  colorJitter,
  type ColorChange,
  type ColorJitterForm,
  type ColorJitterOptions,
  type ColorJitterParams,
} from './color-jitter.js';
export type * from './contract.js';
export type {Crop} from './crop.js';
export {evalAugment, viewSize, type EvalAugmentOptions} from './evaluation.js';
export {preparationFor, prepare, type Preparation} from './evaluation.js';
export {fromRecipe} from './from-recipe.js';
export {gaussianBlur, type Border, type GaussianBlurOptions} from './gaussian-blur.js';
export {grayscale, type GrayscaleOptions} from './grayscale.js';
export {horizontalFlip, type HorizontalFlipOptions} from './horizontal-flip.js';
export {mocoV1Augment, mocoV2Augment, type MocoV1AugmentOptions, type MocoV2AugmentOptions} from './moco-augment.js';
export {cifar10Normalization, imageNetNormalization, normalize} from './normalize.js';
export {createRandom, type Random} from './random.js';
export {randomResizedCrop, type CropDistribution, type RandomResizedCropOptions} from './random-resized-crop.js';
export type {Interpolation} from './resampling.js';
export {simclrAugment, type SimclrAugmentOptions} from './simclr-augment.js';
export {solarize, type SolarizeOptions} from './solarize.js';
export {toImages} from './to-images.js';
