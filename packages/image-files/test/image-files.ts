import {mkdtemp, mkdir, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import sharp, {type Sharp} from 'sharp';

/** An image of `[height, width, channels]` bytes, to be saved in some format. */
export function imageOf(
  data: Uint8Array | Uint16Array,
  [height, width, channels]: readonly [number, number, 1 | 2 | 3 | 4],
): Sharp {
  return sharp(data, {raw: {height, width, channels}});
}

/** Smooth colours, different at every place and in every channel: `[height, width, 3]`. */
export function gradient(height: number, width: number): Uint8Array {
  const data = new Uint8Array(height * width * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      data[i++] = Math.round((255 * y) / height);
      data[i++] = Math.round((255 * x) / width);
      data[i++] = Math.round(127 + 90 * Math.sin(x / 9) * Math.cos(y / 7));
    }
  }
  return data;
}

/** Makes a temporary directory with the given files, uses it, and takes it away. */
export async function withFiles<T>(
  files: Readonly<Record<string, Uint8Array | string>>,
  use: (directory: string) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'contrastive-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(directory, name)), {recursive: true});
      await writeFile(join(directory, name), content);
    }
    return await use(directory);
  } finally {
    await rm(directory, {recursive: true, force: true});
  }
}
