import {checkValue} from '@contrastive/internal';
import {builtIn} from './built-in.js';
import type {Normalization, Operation} from './contract.js';
import {normalizationRule} from './rules.js';

/**
 * Mean and standard deviation of ImageNet's training images, by channel, as torchvision's models and MoCo's code have
 * them.
 */
export const imageNetNormalization: Normalization = {mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225]};

/** Mean and standard deviation of CIFAR-10's training images, by channel, as in the CIFAR demo of MoCo's authors. */
export const cifar10Normalization: Normalization = {mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.201]};

/** Throws unless there is one mean for each channel. */
export function checkChannels(where: string, {mean}: Normalization, channels: number): void {
  if (mean.length === channels) return;
  throw new RangeError(
    `${where}: expected a mean for each of ${channels} channels as normalization, got [${mean.join(', ')}]; give the ` +
      'mean and std of these images.',
  );
}

/**
 * Creates the operation `normalize`, the last of an augmentation: subtracts a mean from each channel and divides by a
 * standard deviation. It draws nothing. SimCLR trains on values in [0, 1] and has no such step.
 *
 * @throws RangeError when mean and std are not 1 or 3 numbers each, or a std is not above 0.
 * @example
 * normalize(imageNetNormalization)
 */
export function normalize(normalization: Normalization): Operation<null> {
  checkValue('normalize', 'normalization', normalization, normalizationRule);
  const {mean, std} = normalization;
  const operation: Operation<null> = {
    name: 'normalize',
    sample: () => null,
    apply: image => {
      const {data, height, width, channels} = image;
      checkChannels('normalize', normalization, channels);
      for (let i = 0; i < data.length; i++) {
        const channel = Math.floor(i / (height * width));
        data[i] = (data[i] - mean[channel]) / std[channel];
      }
      return image;
    },
  };
  return builtIn(operation, {recipe: {kind: 'normalize', options: {mean: [...mean], std: [...std]}}, normalization});
}
