import {kind, type Rule} from '@contrastive/internal';

/** Something of which any part can be read: a file, or an address that answers requests for ranges. */
export interface ByteSource {
  /** How many bytes it has. */
  readonly size: number;
  /**
   * The bytes from `begin` up to, not including, `end`; they become the reader's own. They may lie in `memory`, where
   * that is given and long enough.
   */
  read(begin: number, end: number, memory?: ArrayBuffer): Promise<Uint8Array>;
}

/** What a browser's `Blob` or `File` has that is used here. */
export interface BlobLike {
  /** How many bytes it has. */
  readonly size: number;
  /** A part of it. */
  slice(begin: number, end: number): {arrayBuffer(): Promise<ArrayBuffer>};
}

const has = (value: unknown, member: string): boolean => typeof Reflect.get(Object(value), member) === 'function';

const isSource = (value: unknown): boolean =>
  Number.isSafeInteger(Reflect.get(Object(value), 'size')) && (has(value, 'read') || has(value, 'arrayBuffer'));

/** What can be read from. */
export const sourceRule: Rule = kind(
  'a Uint8Array, a Blob or {size, read(begin, end)}',
  value => value instanceof Uint8Array || isSource(value),
  'a path opens with openSafetensors of @contrastive/safetensors/node',
);

/** What was given, as a source of bytes that nobody else holds. */
export function asSource(given: Uint8Array | BlobLike | ByteSource): ByteSource {
  if (given instanceof Uint8Array)
    return {size: given.length, read: async (begin, end) => new Uint8Array(given.subarray(begin, end))};
  if ('read' in given) return given;
  return {size: given.size, read: async (begin, end) => new Uint8Array(await given.slice(begin, end).arrayBuffer())};
}
