/** Throws unless the value is an integer from `low` on. */
export function checkInteger(where: string, name: string, value: unknown, low: number, remedy: string): void {
  if (typeof value !== 'number')
    throw new TypeError(`${where}: ${name} must be a number, got ${typeof value}; ${remedy}.`);
  if (!Number.isSafeInteger(value) || value < low)
    throw new RangeError(`${where}: ${name} must be an integer from ${low} on, got ${value}; ${remedy}.`);
}

/** Throws unless the momentum, the fraction that stays, lies from 0 to 1. */
export function checkMomentum(where: string, name: string, value: unknown): void {
  if (typeof value !== 'number')
    throw new TypeError(`${where}: ${name} must be a number, got ${typeof value}; MoCo takes 0.999.`);
  if (!(value >= 0 && value <= 1))
    throw new RangeError(
      `${where}: ${name} must be the fraction that stays, from 0 to 1, got ${value}; MoCo takes 0.999.`,
    );
}
