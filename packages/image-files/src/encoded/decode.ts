import type {Pixels} from '@contrastive/augment';
import type {EncodedImage} from '@contrastive/data';
import {reasonOf} from '@contrastive/internal';
import sharp, {type Sharp} from 'sharp';
import {BadImageError} from '../bad-images.js';
import {isLimitedGrey, toFullRange} from './avif.js';
import {jpegSize} from './jpeg-size.js';
import {KINDS, otherKind} from './kinds.js';
import {readEncoded, type RealDirectory} from './read-encoded.js';

sharp.cache(false); // an image is not met again before libvips would have forgotten it

/** How encoded images become pixels. */
export interface DecodeOptions {
  /** 3 (RGB) or 1 (grey). */
  readonly channels: 1 | 3;
  /** Images of more pixels are refused before they are decoded. */
  readonly mostPixels: number;
}

/** An image whose header was read. */
export interface OpenImage {
  /** Height in pixels, turned as its EXIF orientation says. */
  readonly height: number;
  /** Width in pixels, turned as its EXIF orientation says. */
  readonly width: number;
  /**
   * Its pixels, or a copy of at most `reduction` times smaller, with `reducedBy`, where that is less work. To be called
   * once.
   *
   * @throws BadImageError (a rejection) when the file is truncated or damaged.
   */
  decode(reduction?: number): Promise<Pixels>;
}

const FORMATS: readonly string[] = ['jpeg', 'png', 'webp', 'heif', 'gif', 'tiff']; // AVIF is a kind of HEIF

/**
 * How many times smaller a JPEG is made. sharp then decodes it at half its size, which halves the time; smaller ones
 * take as long to decode.
 */
const SMALLER = 3;
/**
 * How many times smaller sharp decodes such a JPEG; it drops the row and column that do not fill a whole one, and
 * resizes by the 1.5 that is left.
 */
const DECODED = 2;

/**
 * Reads the header of an image: JPEG, PNG, WebP, AVIF, GIF (of which the first frame counts) or TIFF (the first page).
 *
 * Pixels come as torchvision's `pil_loader` gives them: embedded RGB profiles are ignored, grey is 0.299, 0.587 and
 * 0.114 of the bytes. There EXIF orientations are ignored, 16 bits clipped, CMYK is inverted, and what is transparent
 * has the colour beneath, which formats keep or not. Here images are turned, 16 bits scaled to 8, CMYK goes through a
 * colour profile, and what is transparent shows white in every format, because that is what the image looks like.
 *
 * @throws BadImageError (a rejection) when it is none of these, when it cannot be read, and when it has more than
 * `mostPixels`.
 */
export async function openImage(
  image: EncodedImage,
  {channels, mostPixels}: DecodeOptions,
  realDirectory?: RealDirectory,
): Promise<OpenImage> {
  const bytes = await readEncoded(image, realDirectory);
  const plain = jpegSize(bytes); // in microseconds, where sharp takes a tenth of the time of decoding
  // 'error' fails for what is truncated or damaged; 'warning' would fail for JPEGs too that everything else shows, as
  // those with stray bytes before a marker.
  const file = sharp(bytes, {
    autoOrient: true,
    ignoreIcc: true,
    failOn: 'error',
    limitInputPixels: plain ? mostPixels : false,
  });
  const {height, width, jpeg, limited} = plain
    ? {...plain, jpeg: true, limited: false}
    : await headerBySharp(file, bytes);
  if (height * width > mostPixels)
    throw new BadImageError(`its ${width} x ${height} pixels are more than mostPixels, which is ${mostPixels}`);
  const decode = async (reduction = 1): Promise<Pixels> => {
    const smaller = jpeg && reduction >= SMALLER;
    const [rows, columns] = [height, width].map(extent => Math.max(Math.floor(extent / SMALLER), 1));
    // Catmull-Rom: of sharp's kernels the one that comes closest to area averages.
    if (smaller) file.resize(columns, rows, {fit: 'fill', kernel: 'cubic'});
    // Not toUint8Array: in sharp 0.35 it never frees the image.
    const {data, info} = await orReason(
      bytes,
      file
        .flatten({background: 'white'})
        .toColourspace('srgb')
        .raw({depth: 'uchar'})
        .toBuffer({resolveWithObject: true}),
    );
    if (limited) toFullRange(data);
    if (!smaller && (info.height !== height || info.width !== width)) {
      throw new BadImageError(`its header says ${width} x ${height} pixels, but it has ${info.width} x ${info.height}`);
    }
    return {
      data: channels === 1 ? toGrey(data) : data,
      height: info.height,
      width: info.width,
      channels,
      ...(smaller && {reducedBy: [covered(height) / info.height, covered(width) / info.width] as const}),
    };
  };
  return {height, width, decode};
}

/** Height and width by sharp's reading of the header, turned by EXIF, and what is to be known of the format. */
async function headerBySharp(
  file: Sharp,
  bytes: Uint8Array,
): Promise<{readonly height: number; readonly width: number; readonly jpeg: boolean; readonly limited: boolean}> {
  const {format, autoOrient, hasAlpha} = await orReason(bytes, file.metadata());
  if (!FORMATS.includes(format)) throw new BadImageError(`expected ${KINDS}, got ${format}`);
  const limited = format === 'heif' && isLimitedGrey(bytes);
  if (limited && hasAlpha)
    throw new BadImageError('it is grey of limited range and transparent, which is not decoded; save it in full range');
  return {...autoOrient, jpeg: format === 'jpeg', limited};
}

/** The rows or columns of an image that are in one of half the size. */
const covered = (extent: number): number => Math.floor(extent / DECODED) * DECODED;

/**
 * Turns what sharp says of a bad image into one line. Its details may be those of an image that another thread decodes,
 * so they are the cause alone.
 */
async function orReason<T>(bytes: Uint8Array, result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (cause) {
    const kind = otherKind(bytes);
    if (kind !== undefined)
      throw new BadImageError(`expected ${KINDS}, got ${kind}, which is not decoded; convert it`, {cause});
    const unknown = reasonOf(cause).includes('unsupported image format');
    throw new BadImageError(unknown ? `it is no ${KINDS}` : 'it is truncated or damaged', {cause});
  }
}

/** RGB to luma (ITU-R BT.601), in Pillow's integers. */
function toGrey(rgb: Uint8Array): Uint8Array {
  const grey = new Uint8Array(rgb.length / 3);
  for (let i = 0, from = 0; i < grey.length; i++, from += 3) {
    grey[i] = (19595 * rgb[from] + 38470 * rgb[from + 1] + 7471 * rgb[from + 2] + 0x8000) >> 16;
  }
  return grey;
}
