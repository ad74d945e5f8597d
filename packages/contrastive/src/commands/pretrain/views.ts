import {mocoV1Augment, mocoV2Augment, simclrAugment, type Augment, type Normalization} from '@contrastive/augment';
import type {Configuration} from '../../run/configuration.js';

/** The views of a method; of weights from elsewhere with the normalisation that they know. */
export function augmentOf(
  {method, size, minArea}: Pick<Configuration, 'method' | 'size' | 'minArea'>,
  normalization?: Normalization,
): Augment {
  const area = [minArea, 1] as const;
  // Paper: MoCo takes ImageNet's mean and deviation. Here: none without such weights, because images may be anything.
  if (method === 'moco-v1') return mocoV1Augment({size, area, normalization: normalization ?? false});
  if (method === 'moco-v2') return mocoV2Augment({size, area, normalization: normalization ?? false});
  return simclrAugment({size, area, ...(normalization && {normalization})});
}
