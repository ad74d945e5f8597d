/** More shards than that are a mistake in a range. */
const MOST_SHARDS = 1_000_000;

/** The strings that the inside of a brace stands for. */
function alternatives(where: string, inside: string, pattern: string): string[] {
  const range = /^(\d+)\.\.(\d+)$/.exec(inside);
  if (range !== null) {
    const [, first, last] = range;
    const count = Number(last) - Number(first) + 1;
    if (count < 1)
      throw new RangeError(
        `${where}: expected a range from the lower to the higher number, got {${inside}} in ${pattern}; swap them.`,
      );
    checkCount(where, count, pattern);
    return Array.from({length: count}, (_, i) => String(Number(first) + i).padStart(first.length, '0'));
  }
  if (!inside.includes(','))
    throw new RangeError(
      `${where}: expected {first..last} or {one,other}, got {${inside}} in ${pattern}; write for example {000..127}.`,
    );
  return inside.split(',');
}

function checkCount(where: string, count: number, pattern: string): void {
  if (count > MOST_SHARDS)
    throw new RangeError(
      `${where}: expected at most ${MOST_SHARDS} shards, got ${count} of ${pattern}; look at its ranges.`,
    );
}

/**
 * The paths that a pattern stands for: `{000..127}` is each number of the range, as wide as its first bound, `{a,b}` is
 * `a` and `b`; the last brace varies fastest.
 *
 * @param where What messages begin with.
 * @throws RangeError when a brace is none of these, is not closed or has another in it, or when there are more than a
 * million paths.
 * @example
 * expandShardPath('webDataset', '{a,b}-{00..01}.tar'); // a-00.tar, a-01.tar, b-00.tar, b-01.tar
 */
export function expandShardPath(where: string, pattern: string): string[] {
  let paths = [''];
  // Split by a captured group: text and the insides of braces in turn.
  for (const [i, part] of pattern.split(/\{([^{}]*)\}/).entries()) {
    if (i % 2 === 0 && /[{}]/.test(part)) {
      throw new RangeError(
        `${where}: expected braces in pairs and none in another, got ${pattern}; write for example {000..127}.`,
      );
    }
    const ends = i % 2 === 0 ? [part] : alternatives(where, part, pattern);
    checkCount(where, paths.length * ends.length, pattern);
    paths = paths.flatMap(start => ends.map(end => start + end));
  }
  return paths;
}
