import {parquetMetadataAsync, parquetSchema, type AsyncBuffer, type FileMetaData, type SchemaTree} from 'hyparquet';
import {reasonOf} from '@contrastive/internal';

/** What every parquet file begins and ends with. */
const MAGIC = 'PAR1';

/** Reads what a file says of itself. Throws an Error when it is truncated, damaged or no parquet file. */
export async function readFooter(file: string, buffer: AsyncBuffer): Promise<FileMetaData> {
  const size = buffer.byteLength;
  const text = async (start: number, end: number) =>
    new TextDecoder('latin1').decode(await buffer.slice(Math.max(start, 0), Math.min(end, size)));
  if ((await text(0, 4)) !== MAGIC) {
    const pointer = (await text(0, 7)) === 'version'; // https://git-lfs.github.com/spec/v1
    const remedy = pointer ? 'it is a pointer of Git LFS, run git lfs pull where it was cloned' : 'check the path';
    throw new Error(
      `${file}: expected a parquet file, which begins with ${MAGIC}, got ` +
        `${size === 0 ? 'an empty file' : 'other contents'}; ${remedy}.`,
    );
  }
  if (size < 12 || (await text(size - 4, size)) !== MAGIC) {
    throw new Error(
      `${file}: expected a parquet file to end with ${MAGIC}, it does not after its ${size} bytes; it is ` +
        'truncated, fetch it again.',
    );
  }
  try {
    const metadata = await parquetMetadataAsync(buffer, {geoparquet: false});
    const known = new Set(leaves(parquetSchema(metadata)));
    for (const {meta_data: chunk} of metadata.row_groups.flatMap(group => group.columns)) {
      const path = chunk?.path_in_schema.join('.');
      // hyparquet would throw for it when it has begun to read others, whose errors nobody would then catch
      if (path !== undefined && !known.has(path)) throw new Error(`it has data of a column ${path} and no such column`);
    }
    return metadata;
  } catch (cause) {
    throw new Error(
      `${file}: expected a footer, got an error (${reasonOf(cause)}); the file is damaged, fetch it again.`,
      {cause},
    );
  }
}

/** The columns that have values, inside of structs too. */
const leaves = ({children, path}: SchemaTree): string[] =>
  children.length === 0 ? [path.join('.')] : children.flatMap(leaves);

/** The names that Hugging Face's `datasets` writes for the classes of a column, where the file has them. */
export function readClassNames(
  {key_value_metadata: pairs}: FileMetaData,
  column: string,
): readonly string[] | undefined {
  const text = pairs?.find(({key}) => key === 'huggingface')?.value;
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // names are worth having, but not worth an error
  }
  for (const key of ['info', 'features', column, 'names']) {
    value = typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(key) : undefined;
  }
  return Array.isArray(value) && value.every(name => typeof name === 'string') ? value : undefined;
}
