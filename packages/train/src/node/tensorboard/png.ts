import {kind} from '@contrastive/internal';
import type {Png} from './event.js';

/** The first bytes of a PNG: its signature, then the length and name of its first chunk. */
const SIGNATURE = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
/** Bytes up to the end of that chunk's sizes, depth and colours. */
const HEAD = 26;
/** Channels by PNG's number for its kind of colours; a palette has RGB. */
const channelsOf: readonly (number | undefined)[] = [1, undefined, 3, 3, 2, undefined, 4];

/** The bytes of a PNG. */
export const pngRule = kind(
  'the bytes of a PNG',
  value => value instanceof Uint8Array && value.length >= HEAD && SIGNATURE.equals(value.subarray(0, SIGNATURE.length)),
  'encode the image, as contactSheet of @contrastive/image-files does',
);

/** A PNG with what its head says: sizes and channels. */
export function readPng(bytes: Uint8Array): Png {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, HEAD);
  const [width, height] = [16, 20].map(at => head.readUInt32BE(at));
  return {bytes, width, height, channels: channelsOf[head[25]] ?? 3};
}
