import sharp from 'sharp';
import {page} from './theme.js';

/** One image as plain bytes, row by row, channels last. */
export interface Picture {
  /** Rows of pixels. */
  readonly height: number;
  /** Pixels in a row. */
  readonly width: number;
  /** 1 (grey) or 3 (RGB). */
  readonly channels: 1 | 3;
  /** `height · width · channels` bytes. */
  readonly pixels: Uint8Array;
}

/** An SVG image `size` points wide and high, with every pixel of the picture kept as a sharp square. */
export async function image(picture: Picture, x: number, y: number, size: number): Promise<string> {
  const {height, width, channels, pixels} = picture;
  const edge = size * page.scale;
  const png = await sharp(pixels, {raw: {height, width, channels}})
    .resize(edge, edge, {kernel: 'nearest', fit: 'fill'})
    .png()
    .toBuffer();
  const data = `data:image/png;base64,${png.toString('base64')}`;
  return `<image x="${x}" y="${y}" width="${size}" height="${size}" image-rendering="optimizeSpeed" href="${data}"/>`;
}
