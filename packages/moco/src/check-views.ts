import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import type {Views} from '@contrastive/train';

const show = (shape: readonly (number | null)[]): string => `[${shape.map(size => size ?? 'n').join(', ')}]`;

/** Throws unless both views are batches of one shape that the encoder takes, of a size that `splits` divides. */
export function checkViews({first, second}: Views, encoder: LayersModel, splits: number): void {
  const wanted = encoder.inputs[0].shape;
  for (const [name, {shape, dtype}] of Object.entries({first, second}) as [string, tf.Tensor][]) {
    if (dtype !== 'float32')
      throw new TypeError(`MoCo: the ${name} views must be float32 images, got ${dtype}; convert them first.`);
    if (
      shape.length !== wanted.length ||
      wanted.some((size, axis) => axis > 0 && size !== null && size !== shape[axis])
    ) {
      throw new RangeError(
        `MoCo: the ${name} views must be ${show(wanted)}, got ${show(shape)}; resize them, or build the encoder ` +
          'for that shape.',
      );
    }
  }
  if (!tf.util.arraysEqual(first.shape, second.shape)) {
    throw new RangeError(
      `MoCo: both views must have the same shape, got ${show(first.shape)} and ${show(second.shape)}; row i of ` +
        'both must come from image i.',
    );
  }
  const [n] = first.shape;
  if (n % splits !== 0) {
    throw new RangeError(
      `MoCo: splits must divide the batch, got ${splits} splits of ${n} images; drop the last, smaller batch, or ` +
        'choose another number.',
    );
  }
}
