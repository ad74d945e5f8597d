import type {EncodedImage} from '@contrastive/data';
import {boundedCache} from './bounded-cache.js';
import {checkImageColumn, hasLabelColumn} from './columns.js';
import {readClassNames, readFooter} from './footer.js';
import {joinLabels, readLabels, withoutLabels, type FileLabels} from './labels.js';
import {readRowGroup, rowGroupsOf, type RowGroup} from './row-group.js';
import {withFile} from './read-column.js';

/** Which columns are read, and how much of them is kept. */
export interface OpenOptions {
  readonly column: string;
  /** Undefined: `label` where the files have it. */
  readonly labelColumn: string | false | undefined;
  /** Bytes. */
  readonly memory: number;
}

/** The encoded images of parquet files. */
export interface ParquetImages {
  readonly length: number;
  readonly labels?: Int32Array;
  readonly classNames?: readonly string[];
  /** The file of an image and its row there. */
  readonly nameOf: (index: number) => string;
  /**
   * The image at an index from 0 to `length − 1`, in memory of its own; of a row without one no bytes. Rejected when
   * its row group is damaged.
   */
  readonly locate: (index: number) => Promise<EncodedImage>;
  /** Forgets the row groups that were read. */
  readonly clear: () => void;
}

/** What one file has, apart from its images. */
interface ParquetFile extends FileLabels {
  readonly groups: readonly RowGroup[];
  readonly classNames: readonly string[] | undefined;
}

/** Reads footer and labels of a file. */
async function openFile(file: string, {column, labelColumn}: OpenOptions): Promise<ParquetFile> {
  return withFile(file, async buffer => {
    const metadata = await readFooter(file, buffer);
    checkImageColumn(file, metadata, column);
    const groups = rowGroupsOf(file, metadata, column);
    const rows = groups.reduce((sum, group) => sum + group.rows, 0);
    const name = labelColumn ?? 'label';
    if (name === false || !hasLabelColumn(file, metadata, name, labelColumn !== undefined)) {
      return {file, groups, labels: withoutLabels(rows), classNames: undefined};
    }
    return {
      file,
      groups,
      labels: await readLabels({file, buffer, metadata}, name, rows),
      classNames: readClassNames(metadata, name),
    };
  });
}

/** The names of the classes, where a file has them. Throws an Error when another file has others. */
function joinClassNames(files: readonly ParquetFile[]): readonly string[] | undefined {
  const named = files.filter(({classNames}) => classNames);
  const other = named.find(({classNames}) => JSON.stringify(classNames) !== JSON.stringify(named[0].classNames));
  if (other)
    throw new Error(
      `${other.file}: expected the classes of ${named[0].file}, got others; open files of different data sets apart.`,
    );
  return named.at(0)?.classNames;
}

/**
 * Opens parquet files, one after the other. Their images are read when they are asked for, a row group at a time.
 * Throws what `parquet` throws.
 */
export async function openImages(paths: readonly string[], options: OpenOptions): Promise<ParquetImages> {
  const files: ParquetFile[] = [];
  for (const path of paths) files.push(await openFile(path, options));
  const groups = files.flatMap(file => file.groups);
  const length = groups.reduce((sum, {rows}) => sum + rows, 0);
  if (length === 0)
    throw new Error(
      `${paths[0]}: expected images, got no rows${paths.length > 1 ? ', nor in the other files' : ''}; check the ` +
        'files.',
    );
  const classNames = joinClassNames(files);
  const labels = joinLabels(files, classNames);

  const groupOf = new Uint32Array(length); // of each image
  const starts: number[] = []; // the first image of each group
  for (const [g, {rows}] of groups.entries()) {
    const start = g === 0 ? 0 : starts[g - 1] + groups[g - 1].rows;
    starts.push(start);
    groupOf.fill(g, start, start + rows);
  }
  const cache = boundedCache(
    options.memory,
    g => groups[g].size,
    async g => readRowGroup(groups[g], options.column),
  );
  const nameOf = (index: number): string => {
    const g = groupOf[index];
    return `${groups[g].file} row ${groups[g].from + index - starts[g]}`;
  };
  return {
    length,
    labels,
    classNames,
    nameOf,
    locate: async index => {
      const g = groupOf[index];
      const {bytes, name} = (await cache.get(g))[index - starts[g]];
      const place = nameOf(index);
      // A copy: sending a view to a worker would send the whole row group, and keeping it would keep that.
      return {path: name === undefined ? place : `${place} (${name})`, bytes: new Uint8Array(bytes ?? [])};
    },
    clear: cache.clear,
  };
}
