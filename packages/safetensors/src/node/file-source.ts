import {open} from 'node:fs/promises';
import {reasonOf} from '@contrastive/internal';
import type {ByteSource} from '../byte-source.js';

/** A file that is open for reading. */
export interface FileSource extends ByteSource {
  /** Closes it. */
  close(): Promise<void>;
}

/** The most bytes that a system reads at once. */
const MOST = 2 ** 30;

/** What the system said of a file, with the file's place in the message. */
const unreadable = (where: string, cause: unknown): Error =>
  new Error(`${where}: expected a file that can be read as path, got ${reasonOf(cause)}; check the path.`, {cause});

/** Opens a file; whoever opens it closes it. */
export async function openFile(where: string, path: string): Promise<FileSource> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw unreadable(where, cause);
  });
  const {size} = await file.stat();
  return {
    size,
    async read(begin, end, memory) {
      const wanted = end - begin;
      const bytes = memory && memory.byteLength >= wanted ? new Uint8Array(memory, 0, wanted) : new Uint8Array(wanted);
      let done = 0;
      while (done < bytes.length) {
        const length = Math.min(bytes.length - done, MOST);
        const {bytesRead} = await file.read(bytes, done, length, begin + done).catch((cause: unknown) => {
          throw unreadable(where, cause);
        });
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return bytes.subarray(0, done);
    },
    close: () => file.close(),
  };
}
