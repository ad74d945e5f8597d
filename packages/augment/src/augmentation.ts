import * as tf from '@tensorflow/tfjs-core';
import {detailsOf} from './built-in.js';
import type {Augment, Images, OperationRecipe, PlanarImage, Pixels, ViewParams} from './contract.js';
import {scratch} from './kernels/memory.js';
import {broughtIn, copied, fromInterleaved, fromPixels, writeBytes, writeInterleaved} from './kernels/planes.js';
import type {Operation} from './operation.js';

/**
 * Creates an augmentation that does the given operations in order. The parameters of a view have one entry for each
 * operation, by its name.
 *
 * @throws RangeError when two operations share a name, or when something comes after `normalize`.
 * @example
 * const augment = augmentation([randomResizedCrop({size: 28}), horizontalFlip()]);
 * const params = augment.sample(28, 28, createRandom(1, 0, 0, 0));
 * const view = augment.view({data: new Uint8Array(28 * 28), height: 28, width: 28, channels: 1}, params);
 */
export function augmentation(operations: readonly Operation[]): Augment {
  checkOperations(operations);
  const details = operations.map(detailsOf);
  const [first] = details;
  const normalization = details.at(-1)?.normalization;
  const onBytes = normalization ? operations.slice(0, -1) : operations;
  const recipe = details.flatMap(known => (known ? [known.recipe] : []));

  const outputSize: Augment['outputSize'] = (height, width) =>
    operations.reduce<readonly [number, number]>(
      (size, operation) => operation.outputSize?.(...size) ?? size,
      [height, width],
    );

  const sample: Augment['sample'] = (height, width, random) => {
    const params: Record<string, unknown> = {};
    let size: readonly [number, number] = [height, width];
    for (const operation of operations) {
      params[operation.name] = operation.sample(...size, random);
      size = operation.outputSize?.(...size) ?? size;
    }
    return params;
  };

  const view: Augment['view'] = (pixels, params, target) => {
    checkPixels(pixels);
    checkParams(operations, params);
    return scratch(() => {
      const cut = first?.fromPixels?.(pixels, params[operations[0].name]);
      if (cut === undefined && pixels.reducedBy)
        throw new RangeError('augmentation: only a policy that begins with a crop takes a reduced image.');
      const image = through(onBytes.slice(cut ? 1 : 0), cut ?? fromPixels(pixels), params);
      const {height, width, channels} = image;
      const data = target ?? new Uint8Array(height * width * channels);
      if (data.length !== height * width * channels) {
        throw new RangeError(unexpected(image, data.length));
      }
      writeBytes(image, data);
      return {data, height, width, channels};
    });
  };

  const apply: Augment['apply'] = (images, params) => {
    const [count, height, width, channels] = images.shape;
    checkBatch(images, params);
    const [outHeight, outWidth] = outputSize(height, width);
    const values = images.dataSync();
    const result = new Float32Array(count * outHeight * outWidth * channels);
    const [from, to] = [height * width * channels, outHeight * outWidth * channels];
    params.forEach((entry, i) => {
      checkParams(operations, entry, i);
      scratch(() => {
        const image = fromInterleaved(values.subarray(i * from, (i + 1) * from), {height, width, channels});
        const view = through(operations, image, entry);
        if (view.height !== outHeight || view.width !== outWidth || view.channels !== channels)
          throw new RangeError(unexpected(view, to));
        writeInterleaved(view, result.subarray(i * to, (i + 1) * to));
      });
    });
    return tf.tensor4d(result, [count, outHeight, outWidth, channels]);
  };

  const augment: Augment = {
    operations: [...operations],
    ...(normalization && {normalization}),
    outputSize,
    sample,
    reduction: params => (operations.length > 0 ? (first?.reduction?.(params[operations[0].name]) ?? 1) : 1),
    view,
    apply,
  };
  if (recipe.length === operations.length) recipes.set(augment, recipe);
  return augment;
}

/** By the augmentation itself: a copy of which something was changed has none. */
const recipes = new WeakMap<Augment, readonly OperationRecipe[]>();

/**
 * How to make the same augmentation elsewhere, as plain data for `fromRecipe`; nothing where an operation is not built
 * in, or the augmentation is a changed copy.
 *
 * @example
 * worker.postMessage(recipeOf(simclrAugment({size: 224})));
 */
export const recipeOf = (augment: Augment): readonly OperationRecipe[] | undefined => recipes.get(augment);

const unexpected = ({height, width, channels}: PlanarImage, expected: number): string =>
  `augmentation: the view has ${height} x ${width} x ${channels} bytes, its target ${expected}; an operation ` +
  'that changes the size needs an outputSize.';

function through(operations: readonly Operation[], image: PlanarImage, params: ViewParams): PlanarImage {
  return operations.reduce((current, operation) => {
    if (detailsOf(operation)) return operation.apply(current, params[operation.name]);
    const made = operation.apply(copied(current), params[operation.name]); // the kernels' memory may move while it runs
    checkMade(operation, made);
    return broughtIn(made);
  }, image);
}

/** Throws unless an operation gave a whole image; one of the user's may give anything. */
function checkMade({name}: Operation, made: unknown): void {
  const {data, height, width, channels} = Object(made) as Partial<Record<keyof PlanarImage, unknown>>;
  const whole =
    data instanceof Float32Array &&
    data.length === Number(channels) * Number(height) * Number(width) &&
    (channels === 1 || channels === 3);
  if (whole) return;
  const got =
    data instanceof Float32Array
      ? `${String(channels)} x ${String(height)} x ${String(width)} and ${data.length} numbers`
      : typeof made;
  throw new TypeError(
    `augmentation: expected '${name}' to return an image, {data, height, width, channels} with channels x height ` +
      `x width numbers in a Float32Array, got ${got}.`,
  );
}

function checkOperations(operations: readonly Operation[]): void {
  for (const [i, operation] of operations.entries()) {
    const {name, sample, apply} = Object(operation) as Partial<Record<keyof Operation, unknown>>;
    if (typeof name === 'string' && typeof sample === 'function' && typeof apply === 'function') continue;
    throw new TypeError(`augmentation: expected operations, records of a name, sample and apply; number ${i} is none.`);
  }
  const names = operations.map(({name}) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new RangeError(
      `augmentation: two operations are named '${twice}'; rename one, for example {...operation, name: '${twice}2'}.`,
    );
  }
  const early = operations.slice(0, -1).find(operation => detailsOf(operation)?.normalization);
  if (early)
    throw new RangeError(
      "augmentation: 'normalize' must come last, because all else works on values in [0, 1]; move it to the end.",
    );
}

function checkPixels({data, height, width, channels}: Pixels): void {
  // JavaScript callers may give anything.
  if (!([Uint8Array, Uint8ClampedArray] as const).some(kind => (data as unknown) instanceof kind)) {
    throw new TypeError('augmentation: expected the pixels as bytes, a Uint8Array of 0 to 255.');
  }
  checkChannels(channels, [height, width, channels]);
  if (data.length !== height * width * channels) {
    throw new RangeError(
      `augmentation: expected ${height} x ${width} x ${channels} bytes of an image, got ${data.length}.`,
    );
  }
}

function checkBatch({shape}: Images, params: readonly ViewParams[]): void {
  if (params.length !== shape[0]) {
    throw new RangeError(
      `augmentation: expected one record of parameters for each image, got ${params.length} for ${shape[0]} images.`,
    );
  }
  checkChannels(shape[3], shape);
}

function checkChannels(channels: number, shape: readonly number[]): void {
  if (channels !== 1 && channels !== 3) {
    throw new RangeError(
      `augmentation: expected images of 1 (grey) or 3 (RGB) channels, got shape [${shape.join(', ')}].`,
    );
  }
}

function checkParams(operations: readonly Operation[], params: ViewParams, image = 0): void {
  const missing = operations.find(({name}) => !(name in params));
  if (missing) {
    throw new Error(
      `augmentation: the parameters of image ${image} lack '${missing.name}'; draw them with the sample of the ` +
        'same augmentation.',
    );
  }
}
