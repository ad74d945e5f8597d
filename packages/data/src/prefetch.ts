import {checkInteger} from './check.js';

/**
 * Asks for up to `depth` items before they are needed, in order and one at a time. An error comes where its item would
 * have come. When the consumer stops early, the source is told to, and items that were made ahead are disposed.
 *
 * @param dispose - Frees an item that nobody will take.
 * @throws RangeError when `depth` is no positive integer.
 * @example
 * for await (const views of prefetch(twoViews(source, options), 2, disposeViews)) { }
 */
export function prefetch<T>(items: AsyncIterable<T>, depth: number, dispose?: (item: T) => void): AsyncIterable<T> {
  checkInteger('prefetch: depth', depth, 1);
  return {[Symbol.asyncIterator]: () => iterate(items, depth, dispose)};
}

async function* iterate<T>(
  items: AsyncIterable<T>,
  depth: number,
  dispose?: (item: T) => void,
): AsyncGenerator<T, void, undefined> {
  const iterator = items[Symbol.asyncIterator]();
  const ahead: Promise<IteratorResult<T, unknown>>[] = [];
  let stopped = false;
  let previous: Promise<unknown> = Promise.resolve();
  const request = () => {
    const result = previous.then(() => (stopped ? {done: true as const, value: undefined} : iterator.next()));
    previous = result.catch(() => {
      stopped = true; // the consumer meets the error when it gets there; nothing comes after it
    });
    ahead.push(result);
  };
  try {
    for (;;) {
      while (ahead.length < depth) request();
      const result = await ahead[0];
      void ahead.shift();
      if (result.done) return;
      request();
      yield result.value;
    }
  } finally {
    stopped = true;
    for (const result of await Promise.allSettled(ahead)) {
      if (result.status === 'fulfilled' && !result.value.done) dispose?.(result.value.value);
    }
    await iterator.return?.();
  }
}
