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
export interface LabelledFeatures extends Features {
  /** Class of each row, `[rows]`. */
  readonly labels: Int32Array;
}

/**
 * The rows at `indices`, in that order, with their labels; a copy.
 *
 * @throws RangeError when an index is no row.
 */
export function selectRows(features: Features, indices: ArrayLike<number>): Features {
  const {data, rows, columns, labels} = features;
  const selected = new Float32Array(indices.length * columns);
  for (let i = 0; i < indices.length; i++) {
    const row = indices[i];
    if (!Number.isInteger(row) || row < 0 || row >= rows) {
      throw new RangeError(
        `selectRows: index ${row} at position ${i} is no row of ${rows}. Give whole numbers from 0 to ${rows - 1}.`,
      );
    }
    selected.set(data.subarray(row * columns, (row + 1) * columns), i * columns);
  }
  return {
    data: selected,
    rows: indices.length,
    columns,
    ...(labels && {labels: Int32Array.from({length: indices.length}, (_, i) => labels[indices[i]])}),
  };
}

/**
 * Throws unless sizes fit and every number is finite; `where` names the caller's argument, for example `knn: train`.
 */
export function checkFeatures({data, rows, columns, labels}: Features, where: string): void {
  if (!Number.isInteger(rows) || rows < 1 || !Number.isInteger(columns) || columns < 1) {
    throw new RangeError(`${where}: expected at least one row and one column, got [${rows}, ${columns}].`);
  }
  if (data.length !== rows * columns) {
    throw new RangeError(`${where}: [${rows}, ${columns}] needs ${rows * columns} numbers, data holds ${data.length}.`);
  }
  if (labels && labels.length !== rows) {
    throw new RangeError(`${where}: expected one label a row, got ${labels.length} labels for ${rows} rows.`);
  }
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) {
      const row = Math.floor(i / columns);
      const found = `row ${row}, column ${i % columns} is ${data[i]}`;
      throw new RangeError(`${where}: ${found}, expected finite numbers. Look at image ${row} and at the encoder.`);
    }
  }
}

/** As `checkFeatures`, and the labels must be there. */
export function checkLabelled(features: Features, where: string): LabelledFeatures {
  const {labels} = features;
  if (!labels)
    throw new TypeError(
      `${where}: labels are missing. Take features of a source that has labels, or add {labels} to the record.`,
    );
  checkFeatures(features, where);
  return {...features, labels};
}

/** Throws unless `features` have as many columns as `other`. */
export function checkColumns(features: Features, columns: number, where: string): void {
  if (features.columns !== columns) {
    throw new RangeError(
      `${where}: expected ${columns} columns as in training, got ${features.columns}. Take both from the same encoder.`,
    );
  }
}
