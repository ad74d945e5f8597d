import {allFinite, checkIndices, checkValue, integer, kind, object} from '@contrastive/internal';

/** Features of many images as plain data, outside the engine: nothing to dispose, cheap to take rows from. */
export interface Features {
  /** Row after row, `[rows, columns]`. */
  readonly data: Float32Array;
  /** Number of images. */
  readonly rows: number;
  /** Features of one image. */
  readonly columns: number;
  /** Class of each row, `[rows]`, whole numbers of any value; needed by everything that learns or scores. */
  readonly labels?: Int32Array;
}

/** Features whose labels are there. */
interface LabelledFeatures extends Features {
  readonly labels: Int32Array;
}

/**
 * The rows at `indices`, in that order, with their labels; a copy. Numbers need not be finite, so rows that are not can
 * be left out.
 *
 * @throws TypeError or RangeError for anything but features, or when an index is not a row.
 */
export function selectRows(features: Features, indices: ArrayLike<number>): Features {
  checkSizes('selectRows', 'features', features, 0);
  const {data, rows, columns, labels} = features;
  checkIndices('selectRows', indices, rows);
  const selected = new Float32Array(indices.length * columns);
  for (let i = 0; i < indices.length; i++) {
    selected.set(data.subarray(indices[i] * columns, (indices[i] + 1) * columns), i * columns);
  }
  return {
    data: selected,
    rows: indices.length,
    columns,
    ...(labels && {labels: Int32Array.from({length: indices.length}, (_, i) => labels[indices[i]])}),
  };
}

const dataRule = kind(
  'a Float32Array',
  value => value instanceof Float32Array,
  'convert by Float32Array.from(rows.flat())',
);

const labelsRule = kind(
  'an Int32Array',
  value => value instanceof Int32Array,
  'convert by Int32Array.from(labels, Number)',
);

/** Throws unless kinds and sizes fit; `name` is the argument of `where`. */
export function checkSizes(where: string, name: string, features: Features, least: 0 | 1): void {
  checkValue(where, name, features, object);
  const {data, rows, columns, labels} = features;
  checkValue(where, `${name}.rows`, rows, integer({least}));
  checkValue(where, `${name}.columns`, columns, integer({least: 1}));
  checkValue(where, `${name}.data`, data, dataRule);
  if (labels !== undefined) checkValue(where, `${name}.labels`, labels, labelsRule);
  if (data.length !== rows * columns) {
    throw new RangeError(
      `${where}: expected ${rows * columns} numbers for [${rows}, ${columns}] as ${name}.data, got ${data.length}.`,
    );
  }
  if (labels && labels.length !== rows) {
    throw new RangeError(
      `${where}: expected one label a row as ${name}.labels, got ${labels.length} for ${rows} rows.`,
    );
  }
}

/** Where the first number is that is not finite; the length where all are. */
function findNonFinite(data: Float32Array): number {
  let i = allFinite(data) ? data.length : 0;
  while (i < data.length && data[i] - data[i] === 0) i++;
  return i;
}

/** As `checkSizes`, and every number must be finite. */
export function checkFeatures(where: string, name: string, features: Features): void {
  checkSizes(where, name, features, 1);
  const {data, columns} = features;
  const wrong = findNonFinite(data);
  if (wrong < data.length) {
    const row = Math.floor(wrong / columns);
    throw new RangeError(
      `${where}: expected finite numbers as ${name}.data, got ${data[wrong]} in row ${row}, column ` +
        `${wrong % columns}; look at image ${row} and at the encoder.`,
    );
  }
}

/** As `checkFeatures`, and the labels must be there. */
export function checkLabelled(where: string, name: string, features: Features): LabelledFeatures {
  checkFeatures(where, name, features);
  const {labels} = features;
  if (labels) return {...features, labels};
  throw new TypeError(
    `${where}: expected features with labels as ${name}, got none; take them of a source that has labels, or add ` +
      '{labels} to the record.',
  );
}

/**
 * The classes of features to learn from, which must be at least two: whoever tells one class from nothing is always
 * right.
 */
export function checkClasses(
  where: string,
  name: string,
  {labels, rows}: LabelledFeatures,
): ReturnType<typeof findClasses> {
  const found = findClasses(labels);
  if (found.classes.length > 1) return found;
  throw new RangeError(
    `${where}: expected at least two classes as ${name}.labels, got ${rows} rows of class ${found.classes[0]}; add ` +
      'rows of another class.',
  );
}

/** How many labels are none of the classes that were learned, so that no answer is right for them. */
export function countUnknown(labels: Int32Array, classes: Int32Array): number {
  const known = new Set(classes);
  return labels.reduce((count, label) => count + Number(!known.has(label)), 0);
}

/** Throws unless features have as many columns as those that were learned from. */
export function checkColumns(where: string, name: string, features: Features, columns: number): void {
  if (features.columns === columns) return;
  throw new RangeError(
    `${where}: expected ${columns} columns, as in training, as ${name}, got ${features.columns}; take both from the ` +
      'same encoder.',
  );
}

/** Labels as positions in the sorted list of classes that occur, so that gaps in the numbering cost nothing. */
export function findClasses(labels: Int32Array): {readonly classes: Int32Array; readonly positions: Int32Array} {
  const classes = Int32Array.from(new Set(labels)).sort(); // [c]
  const position = new Map(Array.from(classes, (label, i) => [label, i]));
  return {classes, positions: labels.map(label => position.get(label) ?? -1)}; // [n]
}

/** The rows of one, then those of the other, without labels; as many columns in both. */
export function stackRows(first: Features, second: Features): Features {
  const data = new Float32Array(first.data.length + second.data.length);
  data.set(first.data);
  data.set(second.data, first.data.length);
  return {data, rows: first.rows + second.rows, columns: first.columns};
}
