import {parquetSchema, type FileMetaData, type SchemaTree} from 'hyparquet';
import {compressors} from 'hyparquet-compressors';

/** What a column holds, in a word or two. */
function kindOf({element, children}: SchemaTree): string {
  if (element.repetition_type === 'REPEATED') return 'repeated values';
  if (children.length > 0)
    return (
      element.converted_type?.toLowerCase() ?? `struct of ${children.map(child => child.element.name).join(' and ')}`
    );
  return (element.logical_type?.type ?? element.converted_type ?? element.type ?? 'nothing').toLowerCase();
}

/** A column of bytes that stand for nothing else. */
const isBinary = (column: SchemaTree) => kindOf(column) === 'byte_array';

const isImage = (column: SchemaTree) =>
  isBinary(column) ||
  (kindOf(column).startsWith('struct') &&
    column.children.some(child => child.element.name === 'bytes' && isBinary(child)));

const isLabel = (column: SchemaTree) => /^(u?int_?(8|16|32|64)|integer)$/.test(kindOf(column));

/** Throws unless the column of images is one and this package can unpack it. */
export function checkImageColumn(file: string, metadata: FileMetaData, name: string): void {
  const columns = parquetSchema(metadata).children;
  const column = columns.find(child => child.element.name === name);
  if (!column || !isImage(column)) {
    const usable = columns.filter(isImage).map(child => `'${child.element.name}'`);
    const remedy = usable.length === 0 ? 'no column of this file has images' : `give column: ${usable.join(' or ')}`;
    throw new RangeError(
      `${file}: expected images (binary, or a struct of bytes and path) in the column ${name}, found ` +
        `${describe(columns)}; ${remedy}.`,
    );
  }
  checkCodec(file, metadata, name);
}

/**
 * Whether the file has the column of labels, which nobody need have asked for.
 *
 * @throws RangeError when it was asked for and is not there, or when it has no integers.
 */
export function hasLabelColumn(file: string, metadata: FileMetaData, name: string, asked: boolean): boolean {
  const columns = parquetSchema(metadata).children;
  const column = columns.find(child => child.element.name === name);
  if (!column && !asked) return false;
  if (!column || !isLabel(column)) {
    const remedy = 'give labelColumn: the name of a column of integers, or labelColumn: false';
    throw new RangeError(`${file}: expected integers in the column ${name}, found ${describe(columns)}; ${remedy}.`);
  }
  checkCodec(file, metadata, name);
  return true;
}

const describe = (columns: readonly SchemaTree[]): string =>
  columns.length === 0
    ? 'no columns'
    : `the columns ${columns.map(column => `${column.element.name} (${kindOf(column)})`).join(', ')}`;

/** Throws unless every part of a column can be unpacked. */
function checkCodec(file: string, {row_groups: groups}: FileMetaData, name: string): void {
  for (const {columns} of groups) {
    for (const {meta_data: chunk} of columns) {
      if (
        chunk?.path_in_schema[0] !== name ||
        chunk.codec === 'UNCOMPRESSED' ||
        Object.hasOwn(compressors, chunk.codec)
      )
        continue;
      const known = Object.keys(compressors).join(', ').toLowerCase();
      // a number beyond the list
      const got = (chunk.codec as string | undefined)?.toLowerCase() ?? 'one that is unknown';
      const expected = `expected the column ${name} uncompressed or compressed with one of ${known}`;
      throw new Error(`${file}: ${expected}, got ${got}; write the file again with one of them.`);
    }
  }
}
