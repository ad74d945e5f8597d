/**
 * Does jobs ahead: up to `ahead` of them are under way while one is waited for, so that other threads have work while this one is busy. Results come in the order
 * of the jobs; an error comes where its result would have come. When the consumer stops early, what is under way is waited for and dropped.
 */
export async function* inFlight<J, R>(jobs: Iterator<J> | AsyncIterator<J>, work: (job: J) => Promise<R>, ahead: number): AsyncGenerator<R, void, undefined> {
  const pending: Promise<R>[] = [];
  let ended = false;
  try {
    for (;;) {
      while (!ended && pending.length <= ahead) {
        const next = await jobs.next();
        if (next.done === true) {
          ended = true;
        } else {
          const result = work(next.value);
          result.catch(() => undefined); // the consumer meets the error when it gets there
          pending.push(result);
        }
      }
      const first = pending.shift();
      if (first === undefined) return;
      yield await first;
    }
  } finally {
    await Promise.allSettled(pending);
    await jobs.return?.();
  }
}
