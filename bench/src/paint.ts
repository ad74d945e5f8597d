import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {createRandom, type Random} from '@contrastive/augment';
import sharp from 'sharp';
import type {ViewsSettings} from './settings.js';

/** The file in which all images lie that are read as pixels, `[images, height, width, 3]`. */
export const pixelsFile = 'images.bin';

const quality = 90;
/** Discs in an image, each with an edge. */
const discs = 12;
/** Standard deviation of the texture, of 255. */
const texture = 7;

/** A wave along one axis. */
function wave(length: number, random: Random): Float64Array {
  const [turns, phase] = [random.uniform(0.2, 3), random.uniform(0, 2 * Math.PI)];
  return Float64Array.from({length}, (_, i) => Math.sin((2 * Math.PI * turns * i) / length + phase));
}

/** Something like a photo, `[height, width, 3]`: smooth fields, edges and texture, all from `random`. */
export function paint(height: number, width: number, random: Random): Uint8Array {
  const field = new Float32Array(height * width * 3);
  for (let channel = 0; channel < 3; channel++) {
    const [base, strength] = [random.uniform(70, 185), random.uniform(20, 60)];
    const [x1, y1, x2, y2] = [width, height, width, height].map(length => wave(length, random));
    for (let y = 0, i = channel; y < height; y++) {
      for (let x = 0; x < width; x++, i += 3) field[i] = base + strength * (x1[x] * y1[y] + 0.5 * (x2[x] + y2[y]));
    }
  }
  for (let disc = 0; disc < discs; disc++) {
    const [cx, cy, radius] = [random.uniform(0, width), random.uniform(0, height), random.uniform(0.03, 0.25) * width];
    const colour = [0, 0, 0].map(() => random.uniform(-70, 70));
    for (let y = Math.max(0, Math.ceil(cy - radius)); y < Math.min(height, cy + radius); y++) {
      const half = Math.sqrt(radius ** 2 - (y - cy) ** 2);
      for (let x = Math.max(0, Math.ceil(cx - half)); x < Math.min(width, cx + half); x++) {
        for (let channel = 0; channel < 3; channel++) field[(y * width + x) * 3 + channel] += colour[channel];
      }
    }
  }
  // A uniform number has a standard deviation of its range / √12. The same for the three channels, as light has it.
  const range = texture * Math.sqrt(12);
  for (let i = 0; i < field.length; i += 3) {
    const grain = random.uniform(-range / 2, range / 2);
    for (let channel = 0; channel < 3; channel++) field[i + channel] += grain;
  }
  return Uint8Array.from(Uint8ClampedArray.from(field));
}

/**
 * Paints the images that contestants read into `directory`: one file of pixels, or a JPEG file each, which lie in the
 * folder of their class.
 */
export async function paintImages(
  directory: string,
  {from, images, height, width}: ViewsSettings,
  signal: AbortSignal,
): Promise<void> {
  const image = (i: number): Uint8Array => {
    signal.throwIfAborted();
    return paint(height, width, createRandom(1, i));
  };
  if (from === 'memory') {
    const pixels = new Uint8Array(images * height * width * 3);
    for (let i = 0; i < images; i++) pixels.set(image(i), i * height * width * 3);
    await writeFile(join(directory, pixelsFile), pixels);
    return;
  }
  const folder = join(directory, 'painted');
  await mkdir(folder);
  for (let i = 0; i < images; i++) {
    await sharp(image(i), {raw: {width, height, channels: 3}})
      .jpeg({quality})
      .toFile(join(folder, `${String(i).padStart(5, '0')}.jpg`));
  }
}
