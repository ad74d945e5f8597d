/** The largest number of half precision. */
const LARGEST = 65504;

/** The bits of a number of single precision. */
const bits = new Uint32Array(1);
const number = new Float32Array(bits.buffer);

/**
 * The bits of the number of half precision nearest to a finite one, of two as near the even one: sign, 5 bits of
 * exponent with bias 15, 10 of fraction.
 */
function toFloat16(value: number): number {
  number[0] = value;
  const sign = (bits[0] >>> 16) & 0x8000;
  const magnitude = bits[0] & 0x7fffffff;
  if (magnitude < 0x38800000) {
    // Below 2⁻¹⁴ the spacing stays 2⁻²⁴. Double precision has no fractions from 2⁵² on, so adding it rounds.
    return sign | (Math.abs(value) * 2 ** 24 + 2 ** 52 - 2 ** 52);
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}

/**
 * Numbers in half precision, rounded to the nearest.
 *
 * @returns Their bits; undefined where one is larger than half precision can hold, or not finite.
 */
export function float16Of(values: Float32Array): Uint16Array<ArrayBuffer> | undefined {
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) {
    if (!(Math.abs(values[i]) <= LARGEST)) return undefined;
    halves[i] = toFloat16(values[i]);
  }
  return halves;
}
