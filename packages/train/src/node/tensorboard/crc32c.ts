/** What each value of a byte leaves of the Castagnoli polynomial 0x1edc6f41, whose bits are here in reverse. */
const remainders = Uint32Array.from({length: 256}, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0x82f63b78 : rest >>> 1;
  return rest;
});

/** The cyclic redundancy check CRC-32C (RFC 3720, appendix B.4), a whole number below 2³². */
export function crc32c(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = (rest >>> 8) ^ remainders[(rest ^ byte) & 0xff];
  return ~rest >>> 0;
}

/** The check as records of TensorFlow have it: turned and moved, because that of bytes which hold one is weak. */
export function maskedCrc32c(bytes: Uint8Array): number {
  const check = crc32c(bytes);
  return (((check >>> 15) | (check << 17)) + 0xa282ead8) >>> 0;
}
