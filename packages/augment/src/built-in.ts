import type {Normalization, Operation, OperationRecipe, PlanarImage, Pixels} from './contract.js';

/** What an augmentation knows of a built-in operation besides the operation itself. */
export interface BuiltIn {
  /** How to make it again in a worker. */
  readonly recipe: OperationRecipe;
  /**
   * Does the operation on an image of bytes, of which it reads no more than it needs; the result lies in the kernels'
   * memory.
   */
  readonly fromPixels?: (image: Pixels, params: unknown) => PlanarImage;
  /** What it subtracts and divides by, which happens to whole batches. */
  readonly normalization?: Normalization;
  /** How many times smaller the image may be. */
  readonly reduction?: (params: unknown) => number;
}

/** By the operation itself: a copy of which something was changed is a custom operation. */
const known = new WeakMap<object, BuiltIn>();

/** Makes an operation a built-in one. */
export function builtIn<P>(operation: Operation<P>, details: BuiltIn): Operation<P> {
  known.set(operation, details);
  return operation;
}

/** What there is besides the operation, if it is built in. */
export const detailsOf = (operation: object): BuiltIn | undefined => known.get(operation);
