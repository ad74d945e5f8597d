/** Labels as positions in the sorted list of classes that occur. */
export interface Classes {
  /** The labels that occur, ascending, `[c]`. */
  readonly classes: Int32Array;
  /** Where each label stands in `classes`, `[n]`. */
  readonly positions: Int32Array;
}

/** Finds the classes that occur, so that gaps in the numbering cost nothing. */
export function findClasses(labels: Int32Array): Classes {
  const classes = Int32Array.from(new Set(labels)).sort();
  const position = new Map(Array.from(classes, (label, i) => [label, i]));
  return {classes, positions: labels.map(label => position.get(label) ?? -1)};
}
