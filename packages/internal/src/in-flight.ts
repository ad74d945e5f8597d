/** What stands for the end in the place of a result. */
const END: unique symbol = Symbol('end');

/**
 * Does jobs ahead: besides the one that is waited for, `ahead` of them are under way, so that other threads have work
 * while this one is busy. Results come in the order of the jobs; an error, of a job or of what gives the jobs, comes
 * where its result would have come. When the consumer stops early, what is under way is waited for and dropped.
 */
export async function* inFlight<J, R>(
  jobs: Iterator<J> | AsyncIterator<J>,
  work: (job: J) => Promise<R>,
  ahead: number,
): AsyncGenerator<R, void, undefined> {
  const pending: Promise<R | typeof END>[] = [];
  let stopped = false;
  let previous: Promise<unknown> = Promise.resolve();
  const request = (): void => {
    const job = previous.then(() => (stopped ? undefined : jobs.next()));
    previous = job.catch(() => {
      stopped = true; // nothing comes after an error
    });
    const result = job.then(async (next): Promise<R | typeof END> =>
      next === undefined || next.done === true ? END : work(next.value),
    );
    result.catch(() => undefined); // the consumer meets it when it gets there
    pending.push(result);
  };
  try {
    for (;;) {
      while (pending.length <= ahead) request();
      const result = await pending[0];
      void pending.shift();
      if (result === END) return;
      yield result;
    }
  } finally {
    stopped = true;
    await Promise.allSettled(pending);
    await jobs.return?.();
  }
}
