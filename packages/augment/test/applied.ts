import type {Augment, Operation, PlanarImage, ViewParams} from '../src/index.js';

/** An image as numbers in [0, 1] with channels innermost, `[height, width, channels]`. */
export interface Floats {
  readonly data: ArrayLike<number>;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
}

/** Where number `i` of an image lies in planes. */
const inPlanes = (i: number, {height, width, channels}: Floats | PlanarImage): number =>
  (i % channels) * height * width + Math.floor(i / channels);

function run<P>(operation: Pick<Operation<P>, 'apply'>, image: Floats, params: P): Floats {
  const planes = {...image, data: new Float32Array(image.data.length)};
  for (let i = 0; i < image.data.length; i++) planes.data[inPlanes(i, image)] = image.data[i];
  const made = operation.apply(planes, params);
  return {...made, data: Float32Array.from(made.data, (_, i) => made.data[inPlanes(i, made)])};
}

/** The numbers of an image after one operation. */
export const applied = <P>(operation: Operation<P>, image: Floats, params: P): ArrayLike<number> =>
  run(operation, image, params).data;

/** The numbers of an image after all operations of a policy. */
export const appliedAll = ({operations}: Augment, image: Floats, params: ViewParams): ArrayLike<number> =>
  operations.reduce((current, operation) => run(operation, current, params[operation.name]), image).data;
