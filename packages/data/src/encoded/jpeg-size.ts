import {imageSize} from 'image-size';

/** From this orientation of EXIF on, an image lies on its side. */
const ON_ITS_SIDE = 5;

/** Height and width of a JPEG, turned as its EXIF orientation says, from its first bytes alone; nothing for what is no JPEG, or a strange one. */
export function jpegSize(bytes: Uint8Array): {readonly height: number; readonly width: number} | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  try {
    const {height, width, orientation = 1} = imageSize(bytes);
    return orientation < ON_ITS_SIDE ? {height, width} : {height: width, width: height};
  } catch {
    return undefined; // the decoder knows what is wrong
  }
}
