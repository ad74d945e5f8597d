import {open} from 'node:fs/promises';
import {reasonOf} from '@contrastive/internal';
import {parquetReadObjects, type AsyncBuffer, type FileMetaData} from 'hyparquet';
import {compressors} from 'hyparquet-compressors';

/** The most that is read at once; Node reads less than 2 GiB in one go. */
const MOST_BYTES = 2 ** 30;

/** Opens a file for as long as `use` takes, as hyparquet reads files. Reading beyond its end is an Error. */
export async function withFile<T>(file: string, use: (buffer: AsyncBuffer) => Promise<T>): Promise<T> {
  const handle = await open(file);
  try {
    const {size} = await handle.stat();
    const read = async (start: number, end: number): Promise<ArrayBuffer> => {
      if (!(start >= 0 && start <= end && end <= size))
        throw new Error(`bytes ${start} to ${end} of ${size} are asked for`);
      const bytes = new Uint8Array(end - start);
      for (let done = 0; done < bytes.length;) {
        const {bytesRead} = await handle.read(bytes, done, Math.min(bytes.length - done, MOST_BYTES), start + done);
        if (bytesRead === 0) throw new Error(`it ended at byte ${start + done} of ${size}`);
        done += bytesRead;
      }
      return bytes.buffer;
    };
    return await use({
      byteLength: size,
      slice: (start, end = size) => {
        const bytes = read(start, end);
        bytes.catch(() => undefined); // hyparquet asks ahead, and may fail before it awaits
        return bytes;
      },
    });
  } finally {
    await handle.close();
  }
}

/** A parquet file that is open. */
export interface OpenFile {
  readonly file: string;
  readonly buffer: AsyncBuffer;
  readonly metadata: FileMetaData;
}

/**
 * Reads `rows` rows of a column, `from` the first on; binary values are views of memory that they share. Throws an
 * Error when the file is damaged there.
 */
export async function readColumn(
  {file, buffer, metadata}: OpenFile,
  column: string,
  from: number,
  rows: number,
): Promise<unknown[]> {
  try {
    const read: Record<string, unknown>[] = await parquetReadObjects({
      file: buffer,
      metadata,
      compressors,
      columns: [column],
      rowStart: from,
      rowEnd: from + rows,
      utf8: false,
    });
    if (read.length !== rows) throw new Error(`they are ${read.length} rows`);
    return read.map(row => row[column]);
  } catch (cause) {
    const what = `rows ${from} to ${from + rows - 1} of the column ${column}`;
    throw new Error(
      `${file}: expected ${what}, got an error (${reasonOf(cause)}); the file is damaged, fetch it again.`,
      {cause},
    );
  }
}
