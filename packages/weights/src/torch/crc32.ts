/** The polynomial of zip, the highest power in the lowest bit. */
const POLYNOMIAL = 0xedb88320;

/** How many bytes are looked up at once. */
const SLICES = 8;

/** For each of eight bytes the remainder of the polynomial that it begins, behind as many other bytes. */
function makeTables(): readonly Uint32Array[] {
  const tables = Array.from({length: SLICES}, () => new Uint32Array(256));
  for (let byte = 0; byte < 256; byte++) {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? POLYNOMIAL : 0);
    tables[0][byte] = rest;
  }
  for (let slice = 1; slice < SLICES; slice++)
    for (let byte = 0; byte < 256; byte++) {
      const before = tables[slice - 1][byte];
      tables[slice][byte] = (before >>> 8) ^ tables[0][before & 255];
    }
  return tables;
}

const made: (readonly Uint32Array[])[] = [];

/** The checksum of zip, CRC-32, eight bytes at a time. */
export function crc32(bytes: Uint8Array): number {
  if (made.length === 0) made.push(makeTables());
  const [t0, t1, t2, t3, t4, t5, t6, t7] = made[0];
  let rest = ~0;
  let at = 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    rest ^= bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    rest =
      t7[rest & 255] ^
      t6[(rest >>> 8) & 255] ^
      t5[(rest >>> 16) & 255] ^
      t4[rest >>> 24] ^
      t3[bytes[at + 4]] ^
      t2[bytes[at + 5]] ^
      t1[bytes[at + 6]] ^
      t0[bytes[at + 7]];
  }
  for (; at < bytes.length; at++) rest = (rest >>> 8) ^ t0[(rest ^ bytes[at]) & 255];
  return ~rest >>> 0;
}
