import type {Pixels} from '@contrastive/augment';

/** Images of more pixels are refused, as by the command. */
const MOST_PIXELS = 1e8;

/** Pixels that every browser's canvas holds; larger images are made smaller by the browser first. */
const MOST_OF_CANVAS = 2 ** 24;

/** RGBA as RGB, or as grey in Pillow's integers (ITU-R BT.601), as the command decodes. */
function withoutAlpha(rgba: Uint8ClampedArray, channels: 1 | 3): Uint8Array {
  const data = new Uint8Array((rgba.length / 4) * channels);
  for (let from = 0, to = 0; from < rgba.length; from += 4) {
    const [red, green, blue] = [rgba[from], rgba[from + 1], rgba[from + 2]];
    if (channels === 1) data[to++] = (19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16;
    else {
      data[to++] = red;
      data[to++] = green;
      data[to++] = blue;
    }
  }
  return data;
}

/**
 * The pixels of an image, as the command decodes it: turned by its EXIF orientation, without its colour profile, what
 * is transparent white.
 *
 * @throws Error for what is no image, or has too many pixels.
 */
export async function pixelsOf(file: Blob, channels: 1 | 3): Promise<Pixels> {
  const unreadable = 'This cannot be read as an image.';
  if (file.type === 'image/svg+xml') throw new Error(unreadable); // drawings have no pixels of their own
  const bitmap = await createImageBitmap(file, {colorSpaceConversion: 'none', premultiplyAlpha: 'none'}).catch(
    (cause: unknown) => {
      throw new Error(unreadable, {cause});
    },
  );
  try {
    const area = bitmap.width * bitmap.height;
    if (area > MOST_PIXELS) throw new Error(`This has ${bitmap.width} x ${bitmap.height} pixels, which are too many.`);
    const scale = Math.min(1, Math.sqrt(MOST_OF_CANVAS / area));
    const [width, height] = [bitmap.width, bitmap.height].map(side => Math.max(1, Math.floor(scale * side)));
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [width, height];
    const context = canvas.getContext('2d', {willReadFrequently: true});
    if (!context) throw new Error('This browser gives no canvas to read images with.');
    context.imageSmoothingQuality = 'high';
    context.fillStyle = 'white';
    context.fillRect(0, 0, width, height);
    context.drawImage(bitmap, 0, 0, width, height);
    return {data: withoutAlpha(context.getImageData(0, 0, width, height).data, channels), height, width, channels};
  } finally {
    bitmap.close();
  }
}
