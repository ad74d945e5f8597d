import type {FileMetaData} from 'hyparquet';
import {readColumn, withFile} from './read-column.js';

/** Rows of a file that are compressed together. */
export interface RowGroup {
  readonly file: string;
  readonly metadata: FileMetaData;
  /** The first of them in the file. */
  readonly from: number;
  readonly rows: number;
  /** Bytes that its images take, unpacked. */
  readonly size: number;
}

/** The image of a row, as far as there is one. */
export interface RowImage {
  /** A view of memory that it shares with other rows. */
  readonly bytes?: Uint8Array;
  /** What it was called before it came into the file. */
  readonly name?: string;
}

/** The row groups of a file that have rows. Throws a TypeError when the footer lacks what it should have. */
export function rowGroupsOf(file: string, metadata: FileMetaData, column: string): RowGroup[] {
  let next = 0;
  const groups = metadata.row_groups.map(({num_rows, columns}) => {
    const rows = Number(num_rows);
    const chunks = columns.map(chunk => chunk.meta_data).filter(chunk => chunk?.path_in_schema[0] === column);
    const size = chunks.reduce((sum, chunk) => sum + Number(chunk?.total_uncompressed_size), 0);
    const from = next;
    next += rows;
    return {file, metadata, from, rows, size};
  });
  return groups.filter(({rows}) => rows > 0);
}

/** Reads the images of a row group. Throws an Error when it is damaged. */
export async function readRowGroup({file, metadata, from, rows}: RowGroup, column: string): Promise<RowImage[]> {
  const values = await withFile(file, async buffer => readColumn({file, buffer, metadata}, column, from, rows));
  return values.map(toImage);
}

/** The image that a column holds: binary, or a struct of bytes and path. */
function toImage(value: unknown): RowImage {
  if (value instanceof Uint8Array) return {bytes: value};
  if (typeof value !== 'object' || value === null) return {};
  const {bytes, path} = value as {bytes?: unknown; path?: unknown};
  return {...(bytes instanceof Uint8Array && {bytes}), ...(typeof path === 'string' && path !== '' && {name: path})};
}
