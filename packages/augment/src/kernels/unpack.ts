/**
 * What scripts/augment-kernels.mjs packed, `size` bytes (LZ77): a byte n below 128 stands before n + 1 bytes as they
 * are, another before a distance of two bytes, for n − 125 bytes that are so far back.
 */
export function unpack(packed: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let from = 0, to = 0; to < size;) {
    const n = packed[from++];
    if (n < 128) {
      bytes.set(packed.subarray(from, (from += n + 1)), to);
      to += n + 1;
    } else {
      const distance = packed[from++] + 256 * packed[from++];
      for (const end = to + n - 125; to < end; to++) bytes[to] = bytes[to - distance];
    }
  }
  return bytes;
}
