import {RequestError} from './request-error.js';

/** Lets some do their work at a time, and some wait. */
export interface Turns {
  /**
   * Does work when it is its turn.
   *
   * @throws RequestError (a rejection) when too many wait, or no more is done; what the work throws.
   */
  take<T>(work: () => Promise<T>): Promise<T>;
  /** Refuses what waits and what comes; resolves when what was begun is done. */
  close(): Promise<void>;
}

/** Creates {@link Turns}: `atOnce` work at a time, `most` may wait. */
export function createTurns(atOnce: number, most: number): Turns {
  const waiting: {readonly begin: () => void; readonly refuse: (refusal: RequestError) => void}[] = [];
  const running = new Set<Promise<unknown>>();
  let [free, closed] = [atOnce, false];
  const busy = (reason: string): RequestError => new RequestError(503, reason);
  return {
    async take(work) {
      if (closed) throw busy('The program is ending.');
      if (free === 0) {
        if (waiting.length >= most) throw busy('Too many searches wait; try again in a moment.');
        await new Promise<void>((begin, refuse) => waiting.push({begin, refuse}));
      } else free--;
      const result = work();
      running.add(result);
      try {
        return await result;
      } finally {
        running.delete(result);
        const next = waiting.shift();
        if (next) next.begin();
        else free++;
      }
    },
    async close() {
      closed = true;
      for (const {refuse} of waiting.splice(0)) refuse(busy('The program is ending.'));
      await Promise.allSettled(running);
    },
  };
}
