import * as tf from '@tensorflow/tfjs-core';
import type {Augment, Images, ViewParams} from './contract.js';
import type {Operation} from './operation.js';

/**
 * Creates an augmentation that does the given operations in order. The parameters of a view have one entry for each operation, by its name.
 *
 * @throws RangeError when two operations share a name.
 * @example
 * const augment = augmentation([randomResizedCrop({size: 28}), horizontalFlip()]);
 * const params = [augment.sample(28, 28, createRandom(1, 0, 0, 0))];
 * const view = augment.apply(images, params);
 */
export function augmentation(operations: readonly Operation[]): Augment {
  const names = operations.map(({name}) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new RangeError(`augmentation: two operations are named '${twice}'; rename one, for example {...operation, name: '${twice}2'}.`);
  }

  const sample: Augment['sample'] = (height, width, random) => {
    const params: Record<string, unknown> = {};
    let size: readonly [number, number] = [height, width];
    for (const operation of operations) {
      params[operation.name] = operation.sample(...size, random);
      size = operation.outputSize?.(...size) ?? size;
    }
    return params;
  };

  const apply: Augment['apply'] = (images, params) => {
    checkBatch(images, params, names);
    return tf.tidy(() => {
      let views: Images = tf.clone(images);
      for (const operation of operations) {
        const next = operation.apply(views, params.map(entry => entry[operation.name]));
        if (next !== views) views.dispose(); // early, because a tidy would keep every step's images until the end
        views = next;
      }
      return views;
    });
  };

  return {sample, apply};
}

function checkBatch(images: Images, params: readonly ViewParams[], names: readonly string[]): void {
  const [count, , , channels] = images.shape;
  if (params.length !== count) {
    throw new RangeError(`augmentation: expected one record of parameters for each image, got ${params.length} for ${count} images.`);
  }
  if (channels !== 1 && channels !== 3) {
    throw new RangeError(`augmentation: expected images of 1 (grey) or 3 (RGB) channels, got shape [${images.shape.join(', ')}].`);
  }
  for (const name of names) {
    const missing = params.findIndex(entry => !(name in entry));
    if (missing >= 0) {
      throw new Error(`augmentation: the parameters of image ${missing} lack '${name}'; draw them with the sample of the same augmentation.`);
    }
  }
}
