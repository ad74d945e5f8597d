/** A pickle that goes on behind the bytes that there are. */
export class EndOfBytes extends Error {
  override readonly name = 'EndOfBytes';
}

/** A place in bytes, from which parts are taken one after another. */
export interface Cursor {
  /** How many bytes were taken so far. */
  readonly at: () => number;
  /** The next bytes, a view. */
  readonly take: (length: number) => Uint8Array;
  /** An unsigned integer of 1, 2 or 4 bytes, the lowest first. */
  readonly unsigned: (bytes: 1 | 2 | 4) => number;
  /** A signed integer of 4 bytes, the lowest first. */
  readonly signed: () => number;
  /** An unsigned integer of 8 bytes; what cannot be counted is infinite. */
  readonly long: () => number;
  /** A number of 8 bytes, the highest first. */
  readonly float: () => number;
  /** The text up to the end of a line. */
  readonly line: () => string;
}

const decoder = new TextDecoder('utf-8', {ignoreBOM: true});

/** Text in UTF-8; what is none is replaced. */
export const decode = (bytes: Uint8Array): string => decoder.decode(bytes);

const NEWLINE = 10;

/**
 * Takes bytes from a place on.
 *
 * @throws the error `EndOfBytes`, from its functions, where more are asked for than there are.
 */
export function cursorOf(bytes: Uint8Array, begin: number): Cursor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = begin;
  const skip = (length: number): number => {
    if (length > bytes.length - at) throw new EndOfBytes('the bytes end here');
    const before = at;
    at += length;
    return before;
  };
  return {
    at: () => at,
    take: length => {
      const from = skip(length);
      return bytes.subarray(from, from + length);
    },
    unsigned: length => {
      const from = skip(length);
      return length === 1 ? bytes[from] : length === 2 ? view.getUint16(from, true) : view.getUint32(from, true);
    },
    signed: () => view.getInt32(skip(4), true),
    long: () => {
      const value = view.getBigUint64(skip(8), true);
      return value > BigInt(Number.MAX_SAFE_INTEGER) ? Infinity : Number(value);
    },
    float: () => view.getFloat64(skip(8), false),
    line: () => {
      const end = bytes.indexOf(NEWLINE, at);
      if (end < 0) throw new EndOfBytes('the bytes end here');
      return decode(bytes.subarray(skip(end + 1 - at), end));
    },
  };
}
