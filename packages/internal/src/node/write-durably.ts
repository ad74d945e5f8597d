import {open} from 'node:fs/promises';

/** Writes bytes or text to a new file and waits until the disk has them. */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** What systems answer that cannot sync a directory, or let this user fill it but not open it. */
const cannotSync: readonly (string | undefined)[] = ['EINVAL', 'ENOTSUP', 'EPERM', 'EACCES'];

/** Waits until the disk has a directory's entries, where the system can. */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  try {
    const directory = await open(path, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  } catch (cause) {
    if (!cannotSync.includes((cause as NodeJS.ErrnoException).code)) throw cause;
  }
}
