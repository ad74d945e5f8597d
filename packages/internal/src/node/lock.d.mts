/** Whether a process of this machine runs. */
export function isAlive(pid: number): boolean;

/**
 * When a process started, in the kernel's ticks, so that a number that was given out again is not mistaken for it;
 * empty where that is not known.
 */
export function startTime(pid: number): string;

/** What a wait for a lock needs. */
export interface LockOptions {
  /** Called once, with the number of the process that is waited for. */
  readonly waiting: (pid: number) => void;
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
