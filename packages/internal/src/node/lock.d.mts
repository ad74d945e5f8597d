/** Whether a process of this machine runs. */
export function isAlive(pid: number): boolean;

/**
 * When a process started, in the kernel's ticks, so that a number that was given out again is not mistaken for it;
 * empty where that is not known.
 */
export function startTime(pid: number): string;

/**
 * Among which processes a number means one: those of a machine since it started, and of a container. What a lock says of
 * where its holder runs.
 */
export function whereabouts(): string;

/** A holder that cannot be asked whether it runs: in another container, or on another machine. */
export interface Elsewhere {
  /** The name of its machine or container. */
  readonly host: string;
  /** For how long it has given no sign of life, in milliseconds. */
  readonly silent: number;
  /** After how long a silence it counts as gone, in milliseconds. */
  readonly until: number;
}

/** What a wait for a lock needs. */
export interface LockOptions {
  /** Called once, with the number of the process that is waited for, and where it runs unless that is here. */
  readonly waiting: (pid: number, elsewhere?: Elsewhere) => void;
  /** Called when the holder gave a sign of life since the wait began. */
  readonly alive?: (pid: number, elsewhere?: Elsewhere) => void;
  /** Called once where another process took the lock over, or somebody removed it, while it was held. */
  readonly lost?: () => void;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
}

/**
 * Runs `action` while no other process runs one with the same lock. The lock of a process that died is taken over.
 *
 * @param path the lock's file; the directory above it is made where it is missing.
 * @throws the signal's reason if it fires during the wait; what `action` throws.
 */
export function withLock<T>(path: string, options: LockOptions, action: () => Promise<T>): Promise<T>;
