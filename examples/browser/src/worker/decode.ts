import type {Pixels} from '@contrastive/augment';
import {fromImages, type Source} from '@contrastive/data';
import type {GivenFile, LeftOut} from '../messages.js';

/** Larger images are kept smaller: so many pixels on their shorter side are enough to crop views from. */
const KEPT_SIDE = 128;

/** More files are not taken: their pixels would fill the memory. */
const MOST_FILES = 5000;

/** Images are decoded by the browser's own threads, so many at once. */
const AT_ONCE = 4;

/** What was read of files. */
interface ReadFiles {
  /** The images, in colour; undefined where there are none. */
  readonly source?: Source;
  /** The shorter side of the smallest image, as it is kept. */
  readonly side: number;
  readonly leftOut: readonly LeftOut[];
}

/** The pixels of an image: what is transparent is white. */
async function pixelsOf(file: Blob, canvas: OffscreenCanvas): Promise<Pixels> {
  const bitmap = await createImageBitmap(file).catch((cause: unknown) => {
    throw new Error('this browser cannot read it as an image', {cause});
  });
  try {
    const sides = [bitmap.width, bitmap.height];
    const scale = Math.min(1, KEPT_SIDE / Math.min(...sides), (4 * KEPT_SIDE) / Math.max(...sides));
    const [width, height] = sides.map(side => Math.max(1, Math.round(scale * side)));
    [canvas.width, canvas.height] = [width, height]; // and so empties it
    const context = canvas.getContext('2d', {willReadFrequently: true});
    if (!context) throw new Error('this browser gives no canvas to read it with');
    context.imageSmoothingQuality = 'high';
    context.fillStyle = 'white';
    context.fillRect(0, 0, width, height);
    context.drawImage(bitmap, 0, 0, width, height);
    const rgba = context.getImageData(0, 0, width, height).data;
    const data = new Uint8Array(width * height * 3);
    for (let from = 0, to = 0; from < rgba.length; from += 4)
      for (let color = 0; color < 3; color++) data[to++] = rgba[from + color];
    return {data, height, width, channels: 3};
  } finally {
    bitmap.close();
  }
}

/** The folder of each file, as its class; nothing where all lie in one. */
function classesOf(paths: readonly string[]): {readonly labels: Int32Array; readonly classNames: string[]} | undefined {
  const folders = paths.map(path => path.split('/').slice(0, -1).join('/'));
  const classNames = [...new Set(folders)].sort();
  if (classNames.length < 2) return undefined;
  return {classNames, labels: Int32Array.from(folders, folder => classNames.indexOf(folder))};
}

/**
 * Reads images of the reader's into memory. What is no image is named and left out.
 *
 * @param onProgress Called with the number of files done and their total.
 */
export async function readFiles(
  files: readonly GivenFile[],
  onProgress: (done: number, total: number) => void,
): Promise<ReadFiles> {
  const canvas = new OffscreenCanvas(1, 1);
  const kept: {readonly path: string; readonly pixels: Pixels}[] = [];
  const leftOut: LeftOut[] = [];
  const read = async ({file, path}: GivenFile): Promise<Pixels | LeftOut> =>
    pixelsOf(file, canvas).catch((error: unknown) => ({
      name: path,
      reason: error instanceof Error ? error.message : String(error),
    }));
  const taken = files.slice(0, MOST_FILES);
  for (let start = 0; start < taken.length; start += AT_ONCE) {
    const some = taken.slice(start, start + AT_ONCE);
    for (const [i, one] of (await Promise.all(some.map(read))).entries()) {
      if ('reason' in one) leftOut.push(one);
      else kept.push({path: some[i].path, pixels: one});
    }
    onProgress(start + some.length, taken.length);
  }
  if (files.length > MOST_FILES) {
    const more = `${files.length - MOST_FILES} more files`;
    leftOut.push({name: more, reason: `the first ${MOST_FILES} are taken`});
  }
  if (kept.length === 0) return {side: 0, leftOut};
  const source = fromImages({
    length: kept.length,
    channels: 3,
    pixels: index => kept[index].pixels,
    nameOf: index => kept[index].path,
    ...classesOf(kept.map(({path}) => path)),
  });
  return {source, leftOut, side: Math.min(...kept.map(({pixels}) => Math.min(pixels.width, pixels.height)))};
}
