import type {Random} from '@contrastive/augment';

/** How the samples of shards are mixed. It reads nothing: it says what is to be read, and is told what came. */
export interface Order<T> {
  /** The shard whose next sample is to be given; undefined when it is time to draw. */
  wanted(): number | undefined;
  /** Takes the next sample of the wanted shard, or undefined when that has ended. */
  give(sample: T | undefined): void;
  /** The next sample of the pass, or undefined at its end. */
  draw(): T | undefined;
}

/**
 * Creates the order of a pass: `interleave` shards are open and give a sample in turn, the next shard takes the place
 * of one that has ended, and from the `buffer` samples that are waiting a random one is drawn. It is a function of its
 * arguments and the lengths of the shards.
 *
 * @param shards - In the order in which they are opened, each by its number.
 * @param random - Draws from the buffer.
 */
export function createOrder<T>(
  shards: ArrayLike<number>,
  interleave: number,
  buffer: number,
  random: Random,
): Order<T> {
  const open: number[] = [];
  const waiting: T[] = [];
  let next = 0; // in shards
  let turn = 0; // in open
  return {
    wanted: () => {
      if (waiting.length >= buffer) return undefined;
      while (open.length < interleave && next < shards.length) open.push(shards[next++]);
      return open[turn];
    },
    give: sample => {
      if (sample !== undefined) {
        waiting.push(sample);
        turn++;
      } else if (next < shards.length) {
        open[turn] = shards[next++];
      } else {
        open.splice(turn, 1);
      }
      if (turn >= open.length) turn = 0;
    },
    draw: () => {
      if (waiting.length === 0) return undefined;
      const at = random.integer(waiting.length);
      const drawn = waiting[at];
      const last = waiting.pop();
      if (at < waiting.length && last !== undefined) waiting[at] = last;
      return drawn;
    },
  };
}
