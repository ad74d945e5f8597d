import {anything, checkValue, imageChannels, kind, list, show} from '@contrastive/internal';
import {detailsOf} from './built-in.js';
import type {Augment, Operation, OperationRecipe, PlanarImage, Pixels, ViewParams} from './contract.js';
import {scratch} from './kernels/memory.js';
import {broughtIn, copied, fromPixels, writeBytes} from './kernels/planes.js';

/**
 * Creates an augmentation that does the given operations in order. The parameters of a view have one entry for each
 * operation, by its name.
 *
 * @throws TypeError when one is not an operation; RangeError when two share a name, or when something comes after
 * `normalize`.
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

  const augment: Augment = {
    operations: [...operations],
    ...(normalization && {normalization}),
    outputSize: (height, width) =>
      operations.reduce<readonly [number, number]>(
        (size, operation) => operation.outputSize?.(...size) ?? size,
        [height, width],
      ),
    sample: (height, width, random) => {
      const params: Record<string, unknown> = {};
      let size: readonly [number, number] = [height, width];
      for (const operation of operations) {
        params[operation.name] = operation.sample(...size, random);
        size = operation.outputSize?.(...size) ?? size;
      }
      return params;
    },
    reduction: params => (operations.length > 0 ? (first?.reduction?.(params[operations[0].name]) ?? 1) : 1),
    view: (pixels, params, target) => {
      checkPixels(pixels);
      checkParams(operations, params);
      return scratch(() => {
        const cut = first?.fromPixels?.(pixels, params[operations[0].name]);
        if (cut === undefined && pixels.reducedBy)
          throw new RangeError(
            'view: expected a whole image, because the policy does not begin with a crop, got a reduced one; begin ' +
              'with a crop.',
          );
        const image = through(onBytes.slice(cut ? 1 : 0), cut ?? fromPixels(pixels), params);
        const {height, width, channels} = image;
        const data = target ?? new Uint8Array(height * width * channels);
        if (data.length !== height * width * channels) {
          throw new RangeError(
            `view: expected ${height} x ${width} x ${channels} bytes as target, got ${data.length}; an operation ` +
              'that changes the size needs an outputSize.',
          );
        }
        writeBytes(image, data);
        return {data, height, width, channels};
      });
    },
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
  const floats = data instanceof Float32Array;
  if (floats && data.length === Number(channels) * Number(height) * Number(width) && !imageChannels.judge(channels))
    return;
  const got = floats
    ? `${String(channels)} x ${String(height)} x ${String(width)} and ${data.length} numbers`
    : show(made);
  throw new TypeError(
    `view: expected an image, {data, height, width, channels} with channels x height x width numbers in a ` +
      `Float32Array, as what '${name}' returns, got ${got}.`,
  );
}

const operationRule = kind('a record of a name, sample and apply', value => {
  const {name, sample, apply} = Object(value) as Partial<Record<keyof Operation, unknown>>;
  return typeof name === 'string' && typeof sample === 'function' && typeof apply === 'function';
});

function checkOperations(operations: readonly Operation[]): void {
  checkValue('augmentation', 'operations', operations, list(anything, 'a list'));
  operations.forEach((operation, i) => {
    checkValue('augmentation', `operation ${i}`, operation, operationRule);
  });
  const names = operations.map(({name}) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new RangeError(
      `augmentation: expected operations of different names, got two that are named '${twice}'; rename one, for ` +
        `example {...operation, name: '${twice}2'}.`,
    );
  }
  if (operations.slice(0, -1).some(operation => detailsOf(operation)?.normalization))
    throw new RangeError(
      "augmentation: expected 'normalize' as the last operation, because all else works on values in [0, 1], got " +
        'others after it; move it to the end.',
    );
}

function checkPixels({data, height, width, channels}: Pixels): void {
  // JavaScript callers may give anything.
  if (!([Uint8Array, Uint8ClampedArray] as const).some(kind => (data as unknown) instanceof kind)) {
    throw new TypeError(
      `view: expected bytes of 0 to 255, a Uint8Array, as data of the image, got ${show(data)}; convert numbers in ` +
        '[0, 1] by Uint8Array.from(data, value => Math.round(255 * value)).',
    );
  }
  checkValue('view', 'channels of the image', channels, imageChannels);
  if (data.length !== height * width * channels) {
    throw new RangeError(
      `view: expected ${height} x ${width} x ${channels} bytes as data of the image, got ${data.length}.`,
    );
  }
}

function checkParams(operations: readonly Operation[], params: ViewParams): void {
  const missing = operations.find(({name}) => !(name in params));
  if (missing) {
    throw new Error(
      `view: expected an entry for each operation as params, got none for '${missing.name}'; draw them with the ` +
        'sample of the same augmentation.',
    );
  }
}
