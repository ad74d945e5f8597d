import type {Dtype, TensorData} from './dtypes.js';

/**
 * The numbers as float32, each the nearest there is, ties to even; what is float32 is not copied. Not for types of 8
 * bits with a fraction.
 */
export function toFloat32(data: TensorData, dtype: Dtype): Float32Array {
  if (data instanceof Float32Array) return data;
  if (dtype === 'BF16') return fromBfloat16(data as Uint16Array);
  if (dtype === 'F16') return fromFloat16(data as Uint16Array);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return fromInteger64(data);
  return dtype === 'BOOL' ? Float32Array.from(data, value => Number(value !== 0)) : Float32Array.from(data);
}

/** bfloat16 is the upper half of a float32. */
function fromBfloat16(bits: Uint16Array): Float32Array {
  const wide = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) wide[i] = bits[i] << 16;
  return new Float32Array(wide.buffer);
}

/** float16: sign, 5 bits of exponent with bias 15, 10 of fraction. float32 has bias 127 and 23 bits of fraction. */
function fromFloat16(bits: Uint16Array): Float32Array {
  const floats = new Float32Array(bits.length);
  const wide = new Uint32Array(floats.buffer);
  for (let i = 0; i < bits.length; i++) {
    const sign = (bits[i] & 0x8000) << 16;
    const exponent = (bits[i] >> 10) & 31;
    const fraction = bits[i] & 0x3ff;
    if (exponent === 0)
      floats[i] = (sign === 0 ? 1 : -1) * fraction * 2 ** -24; // zero or subnormal
    else wide[i] = sign | ((exponent === 31 ? 255 : exponent + 112) << 23) | (fraction << 13);
  }
  return floats;
}

/** How many integers the upper half of 64 bits may count for float64 to be exact: ±2⁵³ / 2³². */
const EXACT = 2 ** 21;

/**
 * Integers of 64 bits, rounded once: by way of float64 some would be rounded twice. Beyond 2⁵³ the lowest 11 bits
 * become one that says whether any was set, which is all that rounding to 24 bits asks of them.
 */
function fromInteger64(data: BigInt64Array | BigUint64Array): Float32Array {
  const half = [data.buffer, data.byteOffset, 2 * data.length] as const;
  const low = new Uint32Array(...half);
  const high = data instanceof BigInt64Array ? new Int32Array(...half) : low;
  const floats = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const [lower, upper] = [low[2 * i], high[2 * i + 1]];
    const sticky = (lower & 0x7ff) === 0 ? lower >>> 11 : (lower >>> 11) | 1;
    floats[i] = upper * 2 ** 32 + (upper >= -EXACT && upper < EXACT ? lower : sticky * 2 ** 11);
  }
  return floats;
}
