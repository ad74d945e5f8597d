/** The name among those known that is most like another; undefined where none is known. */
export const nearest = (unknown: string, known: readonly string[]): string | undefined =>
  closest(unknown, known, distance)?.key;

/** The same, but undefined where more than half of its letters are others: then it is no misspelling. */
export function similar(unknown: string, known: readonly string[]): string | undefined {
  const found = closest(unknown, known, distance);
  return found && 2 * found.distance <= found.key.length ? found.key : undefined;
}

/** The same where it was likely meant: where at most a sixth of the letters of both are to be edited. */
export function likely(unknown: string, known: readonly string[]): string | undefined {
  const found = closest(unknown, known, (from, to) =>
    contains(from, to) ? Math.abs(from.length - to.length) / 4 : edits(from, to),
  );
  return found && 6 * found.distance <= unknown.length + found.key.length ? found.key : undefined;
}

/** The name at the least distance; of several the one whose length is nearest. Capitals are as good as others. */
function closest(
  unknown: string,
  known: readonly string[],
  distanceOf: (from: string, to: string) => number,
): {readonly key: string; readonly distance: number} | undefined {
  return known
    .map(key => ({
      key,
      distance: distanceOf(unknown.toLowerCase(), key.toLowerCase()),
      longer: Math.abs(key.length - unknown.length),
    }))
    .sort((a, b) => a.distance - b.distance || a.longer - b.longer)
    .at(0);
}

const contains = (from: string, to: string): boolean => from.length > 1 && (to.includes(from) || from.includes(to));

/** How far a name is from another: by the letters to be edited, less where one has or abbreviates the other. */
function distance(from: string, to: string): number {
  if (from === to) return 0;
  if (contains(from, to)) return 0.5;
  let at = 0; // in `from`, whose letters stand in `to` in this order
  for (const letter of to) if (letter === from[at]) at++;
  return at === from.length && to.startsWith(from[0]) ? 0.75 : edits(from, to);
}

/** Letters that are put in, left out, changed, or in each other's place (optimal string alignment). */
function edits(from: string, to: string): number {
  let before: number[] = [];
  let last = Array.from({length: to.length + 1}, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const changed = from[i - 1] === to[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + changed, swapped ? before[j - 2] + 1 : Infinity);
    }
    [before, last] = [last, row];
  }
  return last[to.length];
}
