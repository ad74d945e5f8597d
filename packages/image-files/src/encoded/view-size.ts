import type {Augment} from '@contrastive/augment';

/**
 * Height and width of an augmentation's views of encoded images, which differ in size.
 *
 * @throws RangeError when the views would differ as well.
 */
export function viewSize(augment: Augment): readonly [height: number, width: number] {
  const size = augment.outputSize(101, 307);
  const other = augment.outputSize(307, 101);
  if (size[0] !== other[0] || size[1] !== other[1]) {
    throw new RangeError(
      'views: expected an augmentation whose views have one size, whatever the image; begin it with a crop, as ' +
        'randomResizedCrop({size: 224}).',
    );
  }
  return size;
}
