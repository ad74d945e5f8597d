/** Whether all numbers are finite; by index, since `for … of` takes ten times as long for millions. */
export function allFinite(values: Float32Array): boolean {
  let zero = 0;
  for (let i = values.length; i > 0;) zero += values[--i] * 0; // NaN once one is not finite
  return zero === 0;
}
