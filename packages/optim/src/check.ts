/** Throws unless the option is a finite number from `low` on, and below `high` where one is given. */
export function checkNumber(where: string, name: string, value: unknown, low: number, high = Infinity): void {
  if (typeof value !== 'number') throw new TypeError(`${where}: ${name} must be a number, got ${typeof value}.`);
  if (!Number.isFinite(value) || value < low || value >= high) {
    const range = high === Infinity ? `a finite number from ${low} on` : `from ${low} to below ${high}`;
    throw new RangeError(`${where}: ${name} must be ${range}, got ${value}.`);
  }
}

/** Throws unless the option is an integer from `low` on. */
export function checkInteger(where: string, name: string, value: unknown, low: number): void {
  if (typeof value !== 'number') throw new TypeError(`${where}: ${name} must be a number, got ${typeof value}.`);
  if (!Number.isSafeInteger(value) || value < low)
    throw new RangeError(`${where}: ${name} must be an integer from ${low} on, got ${value}.`);
}

/** Throws unless the option is a function. */
export function checkFunction(where: string, name: string, value: unknown): void {
  if (typeof value !== 'function') throw new TypeError(`${where}: ${name} must be a function, got ${typeof value}.`);
}
