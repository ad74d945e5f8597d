import {extname} from 'node:path';

/** What is decoded, in words. */
export const KINDS = 'JPEG, PNG, WebP, AVIF, GIF or TIFF';

/** Endings of images that are not decoded. */
const OTHER_ENDINGS: ReadonlySet<string> = new Set(
  ('bmp dib heic heif ico j2k jp2 jpx jxl pbm pgm pnm ppm psd svg svgz tga dng cr2 cr3 nef arw exr hdr ' + 'qoi').split(
    ' ',
  ),
);

/** Whether files of this ending, without its dot, are images of a kind that is not decoded. */
export const isOtherEnding = (ending: string): boolean => OTHER_ENDINGS.has(ending.toLowerCase());

/** The ending of a file's name, without its dot. */
export const endingOf = (name: string): string => extname(name).slice(1);

/** Why a file of such an ending is left out. */
export const whyLeftOut = (ending: string): string => `expected ${KINDS}, got .${ending.toLowerCase()}; convert it`;

/** How files of other kinds begin, after some bytes. */
const OTHER_BEGINNINGS: readonly {readonly begins: string; readonly after?: number; readonly kind: string}[] = [
  {begins: 'BM', kind: 'BMP'},
  {begins: '\0\0\0\x0cJXL ', kind: 'JPEG XL'},
  {begins: '\xff\x0a', kind: 'JPEG XL'},
  {begins: '\0\0\0\x0cjP  ', kind: 'JPEG 2000'},
  {begins: '\xff\x4f\xff\x51', kind: 'JPEG 2000'},
  {begins: 'ftypcrx ', after: 4, kind: 'a raw photograph (CR3)'},
  {begins: 'CR\x02\0', after: 8, kind: 'a raw photograph (CR2)'},
  {begins: '8BPS', kind: 'Photoshop'},
  {begins: '\0\0\x01\0', kind: 'an icon (ICO)'},
  {begins: '%PDF', kind: 'PDF'},
  {begins: '<svg', kind: 'SVG'},
  {begins: 'qoif', kind: 'QOI'},
  {begins: 'DDS ', kind: 'DDS'},
  {begins: 'v/1\x01', kind: 'OpenEXR'},
  {begins: '#?RADIANCE', kind: 'Radiance HDR'},
];

/** Kinds of compression of a JPEG that are not decoded, by the marker of its frame (ITU-T T.81, table B.1). */
const OTHER_FRAMES: Readonly<Record<number, string>> = {
  0xc3: 'lossless',
  0xc5: 'hierarchical',
  0xc6: 'hierarchical',
  0xc7: 'hierarchical',
  0xcb: 'lossless',
  0xcd: 'hierarchical',
  0xce: 'hierarchical',
  0xcf: 'hierarchical',
};

/** What is unusual in a JPEG: the kind of its compression, or more than 8 bits. */
function otherJpeg(bytes: Uint8Array): string | undefined {
  for (let at = 2; at + 8 < bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xda;) {
    const marker = bytes[at + 1];
    const frame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    const kind = OTHER_FRAMES[marker] as string | undefined;
    if (kind !== undefined) return `a JPEG of ${kind} compression`;
    if (frame && bytes[at + 4] !== 8) return `a JPEG of ${bytes[at + 4]} bits`;
    at += 2 + ((bytes[at + 2] << 8) | bytes[at + 3]);
  }
  return undefined;
}

const HEIC = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx'];

/** The brands of a file of boxes (ISO 14496-12, 4.3): the major one, then those that it is compatible with. */
function brandsOf(beginning: string): readonly string[] {
  if (!beginning.startsWith('ftyp', 4)) return [];
  const end = Math.min(beginning.charCodeAt(2) * 256 + beginning.charCodeAt(3), beginning.length);
  const places = Array.from({length: Math.max(0, Math.floor((end - 16) / 4))}, (_, i) => 16 + 4 * i);
  return [8, ...places].map(at => beginning.slice(at, at + 4));
}

/** The kind of an image that is not decoded, by how it begins; undefined where that says nothing. */
export function otherKind(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return otherJpeg(bytes);
  const beginning = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 128)).toString('latin1');
  const brands = brandsOf(beginning);
  if (brands.some(brand => HEIC.includes(brand)) && !brands.includes('avif')) return 'HEIC';
  if (/^P[1-6]\s/.test(beginning)) return 'Netpbm';
  return OTHER_BEGINNINGS.find(({begins, after = 0}) => beginning.startsWith(begins, after))?.kind;
}
