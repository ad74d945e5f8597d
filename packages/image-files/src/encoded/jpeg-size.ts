const [START_OF_IMAGE, START_OF_SCAN, APPLICATION_1] = [0xd8, 0xda, 0xe1];
/** Baseline, extended and progressive. */
const FRAMES = [0xc0, 0xc1, 0xc2];
/** Markers of other kinds of frames, and those that have no segment: whoever has them is for the decoder to judge. */
const STRANGE = [
  0x00, 0x01, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf, 0xd0, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6,
  0xd7, 0xd8, 0xd9, 0xff,
];

const isExif = (bytes: Uint8Array, at: number): boolean =>
  [0x45, 0x78, 0x69, 0x66].every((byte, i) => bytes[at + i] === byte);

/**
 * Height and width of an ordinary JPEG (ITU-T T.81, annex B) without EXIF, which may turn it; nothing for all else,
 * which is left to the decoder. Reads the headers of the segments before the pixels.
 */
export function jpegSize(bytes: Uint8Array): {readonly height: number; readonly width: number} | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== START_OF_IMAGE) return undefined;
  let size: {readonly height: number; readonly width: number} | undefined;
  for (let at = 2; at + 8 < bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1];
    if (marker === START_OF_SCAN) return size;
    const length = (bytes[at + 2] << 8) | bytes[at + 3];
    if (STRANGE.includes(marker) || length < 2 || (marker === APPLICATION_1 && isExif(bytes, at + 4))) return undefined;
    if (FRAMES.includes(marker)) {
      if (size) return undefined;
      size = {height: (bytes[at + 5] << 8) | bytes[at + 6], width: (bytes[at + 7] << 8) | bytes[at + 8]};
      if (size.height === 0 || size.width === 0) return undefined;
    }
    at += 2 + length;
  }
  return undefined;
}
