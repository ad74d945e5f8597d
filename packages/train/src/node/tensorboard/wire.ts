/* The part of the encoding of protocol buffers that events take: a field is its number and kind, then its value. */

/** The kinds of fields. */
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** A whole number from 0 on, seven bits a byte, the lowest first. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value; // may exceed 32 bits, where shifts would cut it
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

const key = (field: number, kind: number): Buffer => varint(field * 8 + kind);

/** A field of a whole number from 0 to 2⁵³ − 1; as elsewhere, one of 0 is left out. */
export const integerField = (field: number, value: number): Buffer =>
  value === 0 ? Buffer.alloc(0) : Buffer.concat([key(field, VARINT), varint(value)]);

/** A field of double precision. */
export function doubleField(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([key(field, FIXED64), bytes]);
}

/** A field of single precision. */
export function floatField(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([key(field, FIXED32), bytes]);
}

/** A field of bytes, of text, or of a message by its fields. */
export function bytesField(field: number, ...content: readonly (Uint8Array | string)[]): Buffer {
  const parts = content.map(part => Buffer.from(part as Uint8Array));
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([key(field, BYTES), varint(length), ...parts]);
}

/** Where a varint ends, and its value; undefined where there is none. */
function readVarint(bytes: Buffer, start: number): {readonly value: bigint; readonly end: number} | undefined {
  let value = 0n;
  for (let i = 0; i < 10 && start + i < bytes.length; i++) {
    const byte = bytes[start + i];
    value += BigInt(byte % 128) << BigInt(7 * i);
    if (byte < 128) return {value, end: start + i + 1};
  }
  return undefined;
}

/**
 * The fields of a message by number, the last where a number comes again: varints by their value as int64, others as
 * true. Undefined for what is no message.
 */
export function readFields(bytes: Buffer): ReadonlyMap<number, bigint | true> | undefined {
  const fields = new Map<number, bigint | true>();
  for (let at = 0; at < bytes.length;) {
    const head = readVarint(bytes, at);
    if (head === undefined) return undefined;
    const [field, kind] = [Number(head.value >> 3n), Number(head.value & 7n)];
    const number = kind === VARINT || kind === BYTES ? readVarint(bytes, head.end) : undefined;
    const fixed = kind === FIXED64 ? 8 : kind === FIXED32 ? 4 : NaN;
    const end = number === undefined ? head.end + fixed : number.end + (kind === BYTES ? Number(number.value) : 0);
    if (!(end <= bytes.length)) return undefined; // also of a kind that there is none of
    fields.set(field, kind === VARINT && number !== undefined ? BigInt.asIntN(64, number.value) : true);
    at = end;
  }
  return fields;
}
