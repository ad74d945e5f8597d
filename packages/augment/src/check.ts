/** Throws unless `low ≤ value ≤ high`; NaN never passes. */
export function checkBetween(where: string, value: number, low: number, high: number): void {
  if (!(value >= low && value <= high))
    throw new RangeError(`${where}: expected a number from ${low} to ${high}, got ${value}.`);
}

/** Throws unless `value` is a whole number of at least 1. */
export function checkPositiveInteger(where: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new RangeError(`${where}: expected a positive integer, got ${value}.`);
}

/** Throws unless `range` is `[low, high]` with `least ≤ low ≤ high ≤ most` and `low` above 0. */
export function checkRange(where: string, [low, high]: readonly [number, number], most = Infinity): void {
  if (!(low > 0 && low <= high && high <= most && Number.isFinite(high))) {
    const limit = most === Infinity ? '' : ` <= ${most}`;
    throw new RangeError(`${where}: expected [low, high] with 0 < low <= high${limit}, got [${low}, ${high}].`);
  }
}

/** Throws unless `value` is one of `choices`. */
export function checkChoice(where: string, value: string, choices: readonly string[]): void {
  if (!choices.includes(value))
    throw new RangeError(`${where}: expected one of '${choices.join("', '")}', got '${value}'.`);
}
