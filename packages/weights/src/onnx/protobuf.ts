/*
 * The part of the encoding of protocol buffers that a model takes: a field is its number and kind, then its value.
 * Messages are lists of pieces until the end, so that weights are copied once, not once for each message around them.
 */

/** The kinds of fields. */
const VARINT = 0;
const BYTES = 2;
const FIXED32 = 5;

/** Fields of a message, one after another. */
export interface Fields {
  readonly length: number;
  readonly pieces: readonly Uint8Array[];
}

const encoder = new TextEncoder();

const one = (piece: Uint8Array): Fields => ({length: piece.length, pieces: [piece]});

/** Fields one after another. */
export const fields = (...parts: readonly Fields[]): Fields => ({
  length: parts.reduce((sum, {length}) => sum + length, 0),
  pieces: parts.flatMap(({pieces}) => pieces),
});

/** A whole number from 0 to 2⁵³ − 1, seven bits a byte, the lowest first. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value; // may exceed 32 bits, where shifts would cut it
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Uint8Array.from([...bytes, rest]);
}

const key = (field: number, kind: number): Fields => one(varint(field * 8 + kind));

/** A field of a whole number from 0 to 2⁵³ − 1, written also where it is 0. */
export const integerField = (field: number, value: number): Fields => fields(key(field, VARINT), one(varint(value)));

/** A field of single precision. */
export function floatField(field: number, value: number): Fields {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return fields(key(field, FIXED32), one(bytes));
}

/** A field of bytes, which are borrowed until {@link bytesOf}. */
export const bytesField = (field: number, bytes: Uint8Array): Fields =>
  fields(key(field, BYTES), one(varint(bytes.length)), one(bytes));

/** A field of text. */
export const textField = (field: number, text: string): Fields => bytesField(field, encoder.encode(text));

/** A field that is a message itself. */
export function messageField(field: number, ...content: readonly Fields[]): Fields {
  const message = fields(...content);
  return fields(key(field, BYTES), one(varint(message.length)), message);
}

/** A message as bytes of the caller's own. */
export function bytesOf({length, pieces}: Fields): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
