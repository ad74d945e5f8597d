/** What was loaded, kept as far as there is room. */
export interface BoundedCache<T> {
  /**
   * What belongs to a key: kept, being loaded, or loaded now. Rejected as the loading was; asking again tries again.
   */
  readonly get: (key: number) => Promise<T>;
  /** Forgets everything. */
  readonly clear: () => void;
}

/**
 * Creates a cache that forgets what was not asked for longest. It loads one thing at a time and makes room first, so
 * what it holds is never more than `most` bytes, or the one thing that is larger; those who ask for the same thing
 * share it.
 *
 * @param sizeOf How many bytes a thing has.
 */
export function boundedCache<T>(
  most: number,
  sizeOf: (key: number) => number,
  load: (key: number) => Promise<T>,
): BoundedCache<T> {
  interface Entry {
    readonly value: Promise<T>;
    loaded: boolean;
  }
  const entries = new Map<number, Entry>(); // begins with what was not asked for longest
  let last: Promise<unknown> = Promise.resolve();

  const makeRoom = (size: number) => {
    const loaded = Array.from(entries).filter(([, entry]) => entry.loaded);
    let held = loaded.reduce((sum, [key]) => sum + sizeOf(key), 0);
    for (const [key] of loaded) {
      if (held + size <= most) return;
      entries.delete(key);
      held -= sizeOf(key);
    }
  };

  const add = (key: number): Entry => {
    const loading = async (): Promise<T> => {
      try {
        makeRoom(sizeOf(key));
        const value = await load(key);
        entry.loaded = true;
        return value;
      } catch (error) {
        if (entries.get(key) === entry) entries.delete(key);
        throw error;
      }
    };
    const entry: Entry = {value: last.then(loading), loaded: false};
    last = entry.value.then(
      () => undefined,
      () => undefined,
    ); // keeps no value alive
    return entry;
  };

  return {
    get: key => {
      const entry = entries.get(key) ?? add(key);
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    clear: () => {
      entries.clear();
    },
  };
}
