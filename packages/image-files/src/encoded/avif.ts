/** What the values 16 (black) to 235 (white) of limited range are in full range. */
const FULL_RANGE = Uint8Array.from(
  {length: 256},
  (_, value) => Math.min(Math.max(((value - 16) * 255) / 219, 0), 255) + 0.5,
);

/** Stretches the bytes of an image of limited range, in place. */
export function toFullRange(data: Uint8Array): void {
  data.forEach((value, i) => (data[i] = FULL_RANGE[value]));
}

/** Whether an AVIF is grey and of limited range, which sharp decodes as if it were of full range. */
export function isLimitedGrey(bytes: Uint8Array): boolean {
  const box = (name: string) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(name);
  const [coding, colour] = [box('av1C'), box('colrnclx')]; // AV1 in ISOBMFF 2.3; ISO 14496-12 12.1.5
  return coding >= 0 && (bytes[coding + 6] & 0x10) !== 0 && colour >= 0 && (bytes[colour + 14] & 0x80) === 0;
}
