import {kind, type Rule} from '@contrastive/internal';

/** Which of several processes this one is, that share the images of each batch; a communicator is one. */
export interface Share {
  /** From 0 to `size − 1`. */
  readonly rank: number;
  /** How many processes there are, from 1 on. */
  readonly size: number;
}

export const shareRule: Rule = kind(
  'a rank among ranks, as {rank: 0, size: 2},',
  value => {
    const {rank, size} = Object(value) as Partial<Record<keyof Share, unknown>>;
    return [rank, size].every(Number.isSafeInteger) && Number(rank) >= 0 && Number(rank) < Number(size);
  },
  'give the communicator of connect()',
);

/** A process by itself. */
export const WHOLE: Share = {rank: 0, size: 1};

/** The items of a whole batch that are a rank's: as many in a row for each rank, in the order of the ranks. */
export function ownPart<T extends {slice(from: number, to: number): T; readonly length: number}>(
  batch: T,
  {rank, size}: Share,
): T {
  const each = batch.length / size;
  return batch.slice(rank * each, (rank + 1) * each);
}

/**
 * Throws unless all batches can be shared alike.
 *
 * @param last Images of the last batch of an epoch, where it may be another number.
 */
export function checkShared(where: string, batchSize: number, {size}: Share, last = batchSize): void {
  for (const images of [batchSize, last]) {
    if (images % size === 0) continue;
    throw new RangeError(
      `${where}: expected batches that the ${size} ranks divide, got ${images} images; choose another batchSize, and ` +
        'leave dropLast out.',
    );
  }
}
