import type {Pixels} from '@contrastive/augment';
import {checkValue, imageChannels, integer, show} from '@contrastive/internal';

/** Throws unless data are bytes, and says how to make bytes of them; JavaScript callers may give anything. */
export function checkBytes(where: string, name: string, data: unknown): void {
  if (data instanceof Uint8Array || data instanceof Uint8ClampedArray) return;
  const integers = 'integers of 0 to 255 by Uint8Array.from(pixels)';
  const fractions = 'convert numbers in [0, 1] by Uint8Array.from(pixels, value => Math.round(255 * value))';
  let advice = `${fractions}, ${integers}`;
  if (data === undefined) advice = 'give {data, height, width, channels}';
  else if (data instanceof Promise) advice = 'await it';
  else if (typeof (Object(data) as {dataSync?: unknown}).dataSync === 'function')
    advice = `take the numbers of a tensor by await tensor.data(); ${fractions}`;
  else if (Array.isArray(data) && ArrayBuffer.isView(data[0]))
    advice = 'join the images to one array, or use fromImages';
  else if (data instanceof Uint16Array)
    advice = 'convert 16 bits by Uint8Array.from(pixels, value => Math.round(value / 257))';
  else if (data instanceof Float32Array || data instanceof Float64Array) advice = fractions;
  throw new TypeError(`${where}: expected bytes of 0 to 255, a Uint8Array, as ${name}, got ${show(data)}; ${advice}.`);
}

const side = integer({least: 1});

/** Throws unless these are the pixels of an image of a source of that many channels. */
export function checkPixels(name: string, pixels: unknown, expected: 1 | 3): void {
  const where = 'fromImages';
  const {data, height, width, channels} = Object(pixels) as Partial<Record<keyof Pixels, unknown>>;
  const bare = ArrayBuffer.isView(pixels) || Array.isArray(pixels);
  checkBytes(where, `data of ${name}`, bare ? pixels : data);
  if (bare)
    throw new TypeError(
      `${where}: expected {data, height, width, channels} as pixels of ${name}, got ${show(pixels)}; say its size too.`,
    );
  checkValue(where, `height of ${name}`, height, side);
  checkValue(where, `width of ${name}`, width, side);
  checkValue(where, `channels of ${name}`, channels, imageChannels);
  if (channels !== expected) {
    throw new RangeError(
      `${where}: expected ${expected} as channels of ${name}, got ${String(channels)}; give channels: ` +
        `${String(channels)} to fromImages, or convert the image.`,
    );
  }
  const bytes = Number(height) * Number(width) * expected;
  const {length} = data as Uint8Array;
  if (length !== bytes) {
    throw new RangeError(
      `${where}: expected ${String(height)} x ${String(width)} x ${expected} = ${bytes} bytes as data of ` +
        `${name}, got ${length}; give its height and width.`,
    );
  }
}
