import {maskedCrc32c} from './crc32c.js';

/** Bytes before the content of a record: its length (uint64) and the check of that (uint32), little-endian. */
const HEADER = 12;
/** Bytes after it: its check. */
const FOOTER = 4;

/** Frames bytes as a record of TensorFlow (TFRecord). */
export function toRecord(content: Uint8Array): Buffer {
  const record = Buffer.alloc(HEADER + content.length + FOOTER);
  record.writeBigUInt64LE(BigInt(content.length));
  record.writeUInt32LE(maskedCrc32c(record.subarray(0, 8)), 8);
  record.set(content, HEADER);
  record.writeUInt32LE(maskedCrc32c(content), HEADER + content.length);
  return record;
}

/** A record of a file. */
interface FileRecord {
  /** What it holds. */
  readonly content: Buffer;
  /** All of it. */
  readonly framed: Buffer;
}

/** What is in a file of records. */
export interface FileRecords {
  /** The whole records, up to the end or the first damage. */
  readonly records: readonly FileRecord[];
  /**
   * The byte from which on the file is damaged: a check fails. Half a record at the end is no damage, nor are zeros
   * there: the end of a process or of the machine leaves them.
   */
  readonly damagedAt?: number;
}

/** Reads a file of records, and verifies their checks. */
export function readRecords(bytes: Buffer): FileRecords {
  const records: FileRecord[] = [];
  for (let start = 0; ;) {
    const rest = bytes.subarray(start);
    if (rest.length < HEADER || rest.every(byte => byte === 0)) return {records};
    if (rest.readUInt32LE(8) !== maskedCrc32c(rest.subarray(0, 8))) return {records, damagedAt: start};
    const end = HEADER + Number(rest.readBigUInt64LE()) + FOOTER;
    if (end > rest.length) return {records};
    const content = rest.subarray(HEADER, end - FOOTER);
    if (rest.readUInt32LE(end - FOOTER) !== maskedCrc32c(content)) return {records, damagedAt: start};
    records.push({content, framed: rest.subarray(0, end)});
    start += end;
  }
}
