import type {StreamPosition} from '@contrastive/data';

/** What the order of a pass is a function of, beside the contents of the shards. */
export interface PassKey extends Readonly<Record<string, unknown>> {
  readonly seed: number;
  readonly epoch: number;
  /** The fingerprint of the shards. */
  readonly shards: string;
  readonly shuffle: boolean;
  readonly interleave: number;
  readonly shuffleBuffer: number;
}

/** Number and length of a shard that was read to its end. */
export type Ended = readonly [shard: number, samples: number];

/**
 * How far a pass is: enough to know, without reading the shards that are done with, what waits in the buffer and where
 * the open shards stand.
 */
export interface Progress {
  /** How many samples were given. */
  readonly drawn: number;
  /** The shards that have ended, in the order in which they did. */
  readonly ended: readonly Ended[];
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isEnded(value: unknown): value is Ended {
  return Array.isArray(value) && value.length === 2 && value.every(isCount);
}

/**
 * Reads a saved position.
 *
 * @throws Error when it belongs to another pass, or is not a position.
 */
export function readPosition(position: StreamPosition, key: PassKey): Progress {
  for (const [name, value] of Object.entries(key)) {
    if (position[name] === value) continue;
    const [was, is] = [position[name], value].map(part => JSON.stringify(part));
    const same = name === 'shards' ? 'shards, unchanged and in the same order' : name;
    throw new Error(
      `webDataset: expected a position of this pass, got that of another pass: it has ${name} ${was}, this pass has ` +
        `${is}; give the same ${same}, or start without a position.`,
    );
  }
  const {drawn, ended} = position;
  if (!isCount(drawn) || !Array.isArray(ended) || !ended.every(isEnded)) {
    throw new Error(
      'webDataset: expected a position as a sample has it, with drawn and ended, got another record; start ' +
        'without a position.',
    );
  }
  return {drawn, ended};
}
