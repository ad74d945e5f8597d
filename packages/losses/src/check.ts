import type {LossInput} from './contract.js';

/** Throws unless the temperature is a positive finite number. */
export function checkTemperature(name: string, temperature: unknown): void {
  if (typeof temperature !== 'number') {
    throw new TypeError(`${name}: temperature must be a number, got ${typeof temperature}; leave it out for the default.`);
  }
  if (!Number.isFinite(temperature) || temperature <= 0) {
    throw new RangeError(`${name}: temperature must be a positive finite number, got ${temperature}; papers use 0.05 to 1.`);
  }
}

/** Throws unless both views are float32 `[n, d]` of one shape, with at least one row and one column. */
export function checkViews(name: string, {z1, z2}: LossInput): void {
  for (const [view, z] of Object.entries({z1, z2})) {
    // JavaScript callers may pass any rank.
    const rank: number = z.rank;
    if (rank !== 2 || z.dtype !== 'float32') {
      throw new TypeError(
        `${name}: ${view} must be a float32 matrix [n, d], got ${z.dtype} [${z.shape.join(', ')}]; flatten the projections of each image to one row.`,
      );
    }
  }
  const [n, d] = z1.shape;
  if (n !== z2.shape[0] || d !== z2.shape[1]) {
    throw new RangeError(
      `${name}: z1 and z2 must have the same shape, got [${z1.shape.join(', ')}] and [${z2.shape.join(', ')}]; row i of both must come from image i.`,
    );
  }
  if (n < 1 || d < 1) {
    throw new RangeError(`${name}: needs at least one row and one column, got [${z1.shape.join(', ')}]; check that the batch is not empty.`);
  }
}
