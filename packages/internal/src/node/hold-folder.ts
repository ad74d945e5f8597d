import {existsSync} from 'node:fs';
import {dirname, join, resolve as absolute} from 'node:path';
import {reasonOf} from '../reason-of.js';
import {hasNoLocks} from './has-no-locks.js';
import {withLock, type Elsewhere} from './lock.mjs';
import {removeEmpty} from './replace-directory.js';

/** A lock whose holder is not named is damaged, and taken over after a minute; nobody waits so long without a word. */
const PATIENCE = 5_000;

/** What to do about an error of the system other than that of a folder that is not this user's. */
const remedies: Readonly<Partial<Record<string, string>>> = {
  ENOSPC: 'make room on its disk',
  EDQUOT: 'make room in its quota',
};

/** How {@link holdFolder} holds it. */
interface HoldOptions {
  /** The lock's name in the folder. */
  readonly lock: string;
  /** How a program is told of another folder, for its messages: ` as --out`. */
  readonly as?: string;
  /** Called once where another run took the folder over: this one stood still for a minute, or its lock was removed. */
  readonly lost?: () => void;
}

/** The topmost folder that is to be made for one; undefined where it is there. */
function missing(folder: string): string | undefined {
  let made: string | undefined;
  for (let one = absolute(folder); !existsSync(one); one = dirname(one)) made = one;
  return made;
}

/**
 * Keeps other runs out of a folder, which is made where it is missing.
 *
 * @param where Whose folder it is: what messages begin with.
 * @returns What gives the folder back, as the end of the process does too; one that was made and is empty goes again.
 * @throws Error at once when another run of this machine is there, or when this user may not write there; when one of
 * another machine or container is there, at its next sign of life, within seconds: without one its lock is taken over
 * after a minute of silence.
 */
export async function holdFolder(
  where: string,
  folder: string,
  {lock, as = '', lost}: HoldOptions,
): Promise<() => Promise<void>> {
  const [path, made] = [join(folder, lock), missing(folder)];
  const refuse = (pid: number, elsewhere?: Elsewhere): never => {
    const holder = `process ${pid}${elsewhere ? ` of ${elsewhere.host}` : ''}`;
    throw new Error(
      `${where}: expected a folder that no other run writes, got ${folder}, which ${holder} does; wait for it, or ` +
        `give another folder${as}.`,
    );
  };
  return new Promise((resolve, reject) => {
    let end = (): void => undefined;
    const patience = new AbortController();
    const impatient = (): void => {
      patience.abort(new DOMException('the lock is damaged', 'TimeoutError'));
    };
    const timer = setTimeout(impatient, PATIENCE);
    const waiting = (pid: number, elsewhere?: Elsewhere): void => {
      if (elsewhere === undefined) refuse(pid);
      else {
        // After a restart in another container the old one's lock is there, and nobody touches it any more.
        const [silent, until] = [elsewhere.silent, elsewhere.until].map(time => Math.round(time / 1000));
        process.stderr.write(
          `contrastive: ${folder} is held by process ${pid} of ${elsewhere.host}, silent for ${silent} s; waits for ` +
            `its next sign of life, or until it has been silent for ${until} s\n`,
        );
        clearTimeout(timer); // it will be decided
      }
    };
    const held = withLock(path, {waiting, alive: refuse, ...(lost && {lost}), signal: patience.signal}, async () => {
      clearTimeout(timer);
      const released = new Promise<void>(done => {
        end = done;
      });
      resolve(async () => {
        end();
        await held;
        if (made !== undefined) await removeEmpty(folder, made);
      });
      await released;
    });
    held.catch((cause: unknown) => {
      clearTimeout(timer);
      const {code, name} = cause as NodeJS.ErrnoException;
      if (hasNoLocks(cause)) {
        resolve(async () => undefined);
        return;
      }
      const found =
        name === 'TimeoutError'
          ? `the damaged ${path}; remove it`
          : code !== undefined && `${reasonOf(cause)}; ${remedies[code] ?? `give a folder that you may write to${as}`}`;
      const expected = `${where}: expected to write to ${folder}, got ${found || ''}.`;
      reject(found === false ? (cause as Error) : new Error(expected, {cause}));
    });
  });
}
