/** How near a name must come to another to have meant it. */
const LEAST = 0.6;

/** What a common beginning adds. */
const BEGINNING = 0.2;

/** The part of the letters that two names have in common, wherever they stand, and more where one begins the other. */
function nearness(one: string, other: string): number {
  const left = Array.from(other);
  const shared = Array.from(one).filter(letter => {
    const at = left.indexOf(letter);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
  const begins = one.startsWith(other) || other.startsWith(one);
  return shared.length / Math.max(one.length, other.length) + (begins ? BEGINNING : 0);
}

/** The name among those known that was likely meant by another; undefined where none has most of its letters. */
export function nearName(given: string, known: readonly string[]): string | undefined {
  const all = known.map(name => ({name, near: nearness(given.toLowerCase(), name.toLowerCase())}));
  return all
    .filter(({near}) => near >= LEAST)
    .sort((a, b) => b.near - a.near)
    .at(0)?.name;
}
