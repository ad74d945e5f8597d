/** The nearest rows of several queries, selected from similarities that come a stretch of rows at a time. */
export interface Selections {
  /** Takes the similarities of a query and the rows from `start` on; each row once, in ascending order. */
  add(query: number, start: number, similarities: Float32Array): void;
  /** Writes what was selected: rows and exact similarities, the nearest first, `[count]`. To be asked for once. */
  finish(query: number, rows: Int32Array, similarities: Float32Array): void;
}

/** How the nearest are selected. */
export interface Selecting {
  /** Queries, which are numbered from 0 on. */
  readonly queries: number;
  /** Rows to select for each; at least as many are added. */
  readonly count: number;
  /** How far two similarities may lie apart, as they come, whose rows are equally similar. */
  readonly slack: number;
  /** The exact similarities of a query and some rows, written to `similarities`. */
  readonly exact: (query: number, rows: Int32Array, similarities: Float32Array) => void;
}

/** Rows that are held for each query until they are too many: twice as many are never left. */
export const roomFor = (count: number): number => Math.max(4 * count, 64);

/** Puts the `count` largest values before the others, rows with them (Hoare's selection). */
function partition(values: Float32Array, rows: Int32Array, count: number): void {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const pivot = values[(low + high) >> 1];
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i] > pivot) i++;
      while (values[j] < pivot) j--;
      if (i > j) break;
      const [value, row] = [values[i], rows[i]];
      values[i] = values[j];
      rows[i++] = rows[j];
      values[j] = value;
      rows[j--] = row;
    }
    if (count - 1 <= j) high = j;
    else if (count - 1 >= i) low = i;
    else return;
  }
}

/**
 * Sorts rows by their similarity, in place: the highest first, of equal ones the earlier row (Shell's method with
 * Knuth's gaps; sorting by a function takes ten times as long).
 */
function sort(rows: Int32Array, similarities: Float32Array): void {
  const {length} = rows;
  let gap = 1;
  while (gap < length / 9) gap = 3 * gap + 1;
  for (; gap >= 1; gap = (gap - 1) / 3) {
    for (let i = gap; i < length; i++) {
      const row = rows[i];
      const similarity = similarities[i];
      let at = i;
      for (; at >= gap; at -= gap) {
        const before = similarities[at - gap];
        if (before > similarity || (before === similarity && rows[at - gap] < row)) break;
        similarities[at] = before;
        rows[at] = rows[at - gap];
      }
      similarities[at] = similarity;
      rows[at] = row;
    }
  }
}

/**
 * Creates what selects the `count` nearest rows of each query, and holds few of the others: similarities as they come
 * only say which rows may be among the nearest, and the exact ones decide. Of equally similar rows the earlier is
 * nearer.
 *
 * One pass over what comes: rows that may still be among the nearest are collected, and thinned out when there are too
 * many. Where too many are left because they are nearly equal, their exact similarities decide at once.
 */
export function createSelections({queries, count, slack, exact}: Selecting): Selections {
  const room = roomFor(count);
  const allRows = new Int32Array(queries * room);
  const allValues = new Float32Array(queries * room);
  const lengths = new Int32Array(queries);
  const bounds = new Float64Array(queries).fill(-Infinity); // what is less similar is not among the nearest

  /** Some of the rows of a query, and their similarities. */
  const held = (query: number, length: number): readonly [Int32Array, Float32Array] => {
    const at = query * room;
    return [allRows.subarray(at, at + length), allValues.subarray(at, at + length)];
  };
  /** Sorts the rows of a query by their exact similarities; gives how many are among the nearest. */
  const rank = (query: number, length: number): number => {
    const [rows, values] = held(query, length);
    exact(query, rows, values);
    sort(rows, values);
    return Math.min(count, length);
  };
  /** Leaves out what is not among the nearest; gives how many rows stay. */
  const thin = (query: number, length: number): number => {
    if (length <= count) return length;
    const [rows, values] = held(query, length);
    partition(values, rows, count);
    let smallest = Infinity;
    for (let i = 0; i < count; i++) if (values[i] < smallest) smallest = values[i];
    bounds[query] = smallest - slack;
    let kept = count;
    for (let i = count; i < length; i++) {
      if (values[i] < bounds[query]) continue;
      rows[kept] = rows[i];
      values[kept++] = values[i];
    }
    return kept;
  };
  /** The same; but no more than half of the room are left. */
  const makeRoom = (query: number, length: number): number => {
    const kept = thin(query, length);
    if (2 * kept <= room) return kept;
    const nearest = rank(query, kept);
    bounds[query] = allValues[query * room + nearest - 1] - slack;
    return nearest;
  };

  return {
    add(query, start, similarities) {
      const at = query * room;
      let length = lengths[query];
      let bound = bounds[query];
      for (let i = 0; i < similarities.length; i++) {
        const value = similarities[i];
        if (value < bound) continue;
        if (length === room) {
          length = makeRoom(query, length);
          bound = bounds[query];
          if (value < bound) continue;
        }
        allRows[at + length] = start + i;
        allValues[at + length++] = value;
      }
      lengths[query] = length;
    },
    finish(query, rows, similarities) {
      const length = rank(query, thin(query, lengths[query]));
      const [nearest, values] = held(query, length);
      rows.set(nearest);
      similarities.set(values);
    },
  };
}
