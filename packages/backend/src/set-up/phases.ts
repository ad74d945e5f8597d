/** Tells what a set-up does: one line when a phase has ended, and on a terminal a passing one while it runs. */
export interface Phases {
  /**
   * Runs one phase and tells of it with its time.
   *
   * @param doing what is done, as long as it lasts.
   * @param done what was done.
   */
  run<T>(doing: string, done: string, action: () => Promise<T>): Promise<T>;
  /** Tells one line. */
  line(text: string): void;
}

/** Seconds as people read them: one decimal below a minute. */
export function formatSeconds(seconds: number): string {
  return seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/**
 * Tells of phases through a function that takes a line.
 *
 * @param log takes each line; without it, lines go to the output, and a terminal also shows what is under way.
 */
export function createPhases(log?: (line: string) => void): Phases {
  const {stdout} = process;
  const passing = log === undefined && stdout.isTTY;
  const erase = passing ? '\r\x1b[K' : '';
  const write =
    log ??
    ((line: string) => {
      stdout.write(`${erase}${line}\n`);
    });
  return {
    line: write,
    async run(doing, done, action) {
      const start = performance.now();
      if (passing) {
        stdout.write(`${erase}${doing} …`);
      }
      try {
        const result = await action();
        write(`${done} in ${formatSeconds((performance.now() - start) / 1000)}`);
        return result;
      } finally {
        if (passing) {
          stdout.write(erase);
        }
      }
    },
  };
}

/** What the parts of a set-up share. */
export interface Workplace {
  /** Directory of the cache. */
  readonly cache: string;
  /** Tells what is done, and how long it took. */
  readonly phases: Phases;
  /** Ends the work. */
  readonly signal?: AbortSignal;
}
