import type {PlanarImage, Pixels} from '../contract.js';
import {floats, kernels, octets, reserve, scratch, type Kernels} from './memory.js';

/** Height, width and channels of an image. */
type Shape = Pick<PlanarImage, 'height' | 'width' | 'channels'>;

const size = ({height, width, channels}: Shape): number => height * width * channels;

/** Whether an image lies in the kernels' memory. */
const isInside = ({data}: PlanarImage): boolean => data.buffer === kernels().memory.buffer;

/** The image of that shape whose numbers are at an address. */
const imageAt = (at: number, {height, width, channels}: Shape): PlanarImage => ({
  data: floats(at, height * width * channels),
  height,
  width,
  channels,
});

/**
 * Lets `work` change an image where it lies in the kernels' memory, or a copy that is written back to it. The result
 * takes the image's place: its numbers are found again where the memory grew.
 */
export function inPlace(image: PlanarImage, work: (at: number, kernels: Kernels) => void): PlanarImage {
  if (isInside(image)) {
    const at = image.data.byteOffset;
    scratch(() => {
      work(at, kernels());
    });
    return isInside(image) ? image : imageAt(at, image);
  }
  return scratch(() => {
    const at = reserve(4 * size(image));
    floats(at, size(image)).set(image.data);
    work(at, kernels());
    image.data.set(floats(at, size(image)));
    return image;
  });
}

/** Lets `work` make an image of another shape from one; it lies in the kernels' memory where the other does. */
export function remade(
  image: PlanarImage,
  shape: Shape,
  work: (from: number, to: number, kernels: Kernels) => void,
): PlanarImage {
  if (isInside(image)) {
    const from = image.data.byteOffset;
    return made(shape, to => {
      work(from, to, kernels());
    });
  }
  return scratch(() => {
    const from = reserve(4 * size(image));
    floats(from, size(image)).set(image.data);
    const {data} = made(shape, to => {
      work(from, to, kernels());
    });
    return {...shape, data: data.slice()};
  });
}

/** Lets `work` make an image in the kernels' memory. */
export function made(shape: Shape, work: (to: number, kernels: Kernels) => void): PlanarImage {
  const to = reserve(4 * size(shape));
  scratch(() => {
    work(to, kernels());
  });
  return imageAt(to, shape);
}

/** A copy of an image outside of the kernels' memory, for code that keeps or changes it as it likes. */
export const copied = (image: PlanarImage): PlanarImage => ({...image, data: image.data.slice()});

/** A copy of an image in the kernels' memory. */
export const broughtIn = (image: PlanarImage): PlanarImage =>
  made(image, to => {
    floats(to, size(image)).set(image.data);
  });

/** All of an image of bytes, in the kernels' memory. */
export function fromPixels({data, height, width, channels}: Pixels): PlanarImage {
  return made({height, width, channels}, (to, {fromBytes}) => {
    const bytes = reserve(data.length);
    octets(bytes, data.length).set(data);
    fromBytes(bytes, height * width, channels, to, height * width);
  });
}

/** Writes an image in the kernels' memory as bytes with channels innermost, rounded to the nearest. */
export function writeBytes(image: PlanarImage, target: Uint8Array): void {
  const at = image.data.byteOffset;
  scratch(() => {
    const bytes = reserve(size(image));
    kernels().toBytes(at, image.height * image.width, image.channels, bytes);
    target.set(octets(bytes, size(image)));
  });
}
