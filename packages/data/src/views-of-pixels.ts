import {createRandom, viewSize, type Pixels} from '@contrastive/augment';
import type {ViewsBytes, ViewsRequest} from './source.js';

/** Where pixels come from. */
interface Images {
  readonly channels: 1 | 3;
  readonly nameOf: (index: number) => string;
  /** The pixels of an image, checked. */
  readonly pixelsOf: (index: number) => Pixels | Promise<Pixels>;
}

/** Views of images whose pixels are at hand, one image after the other. */
export async function viewsOfPixels(
  {channels, nameOf, pixelsOf}: Images,
  {indices, keys, augments, stream}: ViewsRequest,
): Promise<ViewsBytes> {
  let sizes = augments.map(augment => viewSize(augment) ?? ([0, 0] as const));
  let views = augments.map(() => new Uint8Array(0));
  let [height, width] = [0, 0]; // of the image before
  for (let row = 0; row < indices.length; row++) {
    const given = pixelsOf(indices[row]);
    const image = given instanceof Promise ? await given : given; // waiting takes time, so only where it must
    if (image.height !== height || image.width !== width) {
      ({height, width} = image);
      const found = augments.map(augment => augment.outputSize(height, width));
      if (row === 0) {
        sizes = found;
        views = found.map(size => new Uint8Array(indices.length * size[0] * size[1] * channels));
      }
      found.forEach((size, view) => {
        if (size[0] === sizes[view][0] && size[1] === sizes[view][1]) return;
        const [one, other] = [sizes[view], size].map(([h, w]) => `${h} x ${w}`);
        throw new RangeError(
          `views: expected views of one size, got ${one} of image ${nameOf(indices[0])} and ${other} of image ` +
            `${nameOf(indices[row])}; begin the augmentation with a crop, as randomResizedCrop({size: 224}).`,
        );
      });
    }
    augments.forEach((augment, view) => {
      const params = augment.sample(height, width, createRandom(...stream, keys[row], view));
      const length = views[view].length / indices.length;
      augment.view(image, params, views[view].subarray(row * length, (row + 1) * length));
    });
  }
  return {views, sizes, bad: []};
}
