import {parquetReadObjects, type AsyncBuffer, type FileMetaData} from 'hyparquet';
import {compressors} from 'hyparquet-compressors';
import {reasonOf} from '@contrastive/internal';

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
    const what = `could not read the column ${column} in rows ${from} to ${from + rows - 1}`;
    throw new Error(`${file}: ${what} (${reasonOf(cause)}); the file is damaged, fetch it again.`, {cause});
  }
}
