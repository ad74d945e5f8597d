import type {Pixels} from '@contrastive/augment';
import type {Source, StreamSource} from '@contrastive/data';
import {isStream} from './open-data.js';
import {glimpses} from './pixels.js';
import {streamChunks} from './stream-chunks.js';

/** What some of the images are like. */
export interface Survey {
  /** How many images there are; of shards nobody knows. */
  readonly length?: number;
  /** How many were looked at, and could be used. */
  readonly seen: number;
  /** The median of their shorter sides, in pixels. */
  readonly side: number;
  /** Whether all of them are grey. */
  readonly grey: boolean;
}

/** Images that are looked at. */
const SAMPLE = 48;

/** Whether all pixels have the same red, green and blue. */
function isGrey({data, channels}: Pixels): boolean {
  if (channels === 1) return true;
  for (let i = 0; i < data.length; i += 3) if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return false;
  return true;
}

/**
 * Looks at some images, evenly spread: how large they are, and whether they have colours.
 *
 * @throws Error, where the source does.
 */
export async function survey(source: Source | StreamSource): Promise<Survey> {
  if (isStream(source)) {
    for await (const chunk of streamChunks(source, SAMPLE)) {
      const {seen, side, grey} = await survey(chunk);
      return {seen, side, grey};
    }
    return {seen: 0, side: 0, grey: false};
  }
  const {length} = source;
  const count = Math.min(SAMPLE, length);
  const found = await glimpses(
    source,
    Array.from({length: count}, (_, i) => Math.floor((i * length) / count)),
  );
  const sides = found.map(({height, width}) => Math.min(height, width)).sort((a, b) => a - b);
  return {
    length,
    seen: found.length,
    side: sides.at(Math.floor(sides.length / 2)) ?? 0,
    grey: found.length > 0 && found.every(({pixels}) => isGrey(pixels)),
  };
}
