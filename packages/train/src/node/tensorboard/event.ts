import {bytesField, doubleField, floatField, integerField, readFields} from './wire.js';

/* TensorFlow's event.proto and summary.proto, their fields by number. */
const WALL_TIME = 1;
const STEP = 2;
const FILE_VERSION = 3;
const SUMMARY = 5;
const SESSION_LOG = 7;
/** SessionLog.START: a TensorBoard that is running forgets the events from its step on. */
const START = 1;

/** An image as the bytes of a PNG. */
export interface Png {
  /** The file. */
  readonly bytes: Uint8Array;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** 1 for grey, 2 for grey with transparency, 3 for RGB, 4 for RGB with transparency. */
  readonly channels: number;
}

/** When an event happened, in seconds since 1970, and at which step. */
export interface Moment {
  readonly wallTime: number;
  /** From 0 on. */
  readonly step: number;
}

/** The first event of a file. */
export const versionEvent = (wallTime: number): Buffer =>
  Buffer.concat([doubleField(WALL_TIME, wallTime), bytesField(FILE_VERSION, 'brain.Event:2')]);

const momentFields = ({wallTime, step}: Moment): Buffer[] => [
  doubleField(WALL_TIME, wallTime),
  integerField(STEP, step),
];

/** The event with which a resumed run begins. */
export const startEvent = (moment: Moment): Buffer =>
  Buffer.concat([...momentFields(moment), bytesField(SESSION_LOG, integerField(1, START))]);

/** An event of scalars, by tag. */
export const scalarsEvent = (moment: Moment, scalars: readonly (readonly [tag: string, value: number])[]): Buffer =>
  Buffer.concat([
    ...momentFields(moment),
    bytesField(SUMMARY, ...scalars.map(([tag, value]) => bytesField(1, bytesField(1, tag), floatField(2, value)))),
  ]);

/** An event of an image. */
export function imageEvent(moment: Moment, tag: string, {bytes, width, height, channels}: Png): Buffer {
  const sizes = [height, width, channels].map((size, i) => integerField(i + 1, size));
  const image = bytesField(4, ...sizes, bytesField(4, bytes));
  return Buffer.concat([...momentFields(moment), bytesField(SUMMARY, bytesField(1, bytesField(1, tag), image))]);
}

/** What a file keeps an event by. */
export interface EventHead {
  readonly step: bigint;
  /** Whether it says but the version of the file. */
  readonly isVersion: boolean;
}

/** The head of an event; undefined for bytes that are none. */
export function readEvent(bytes: Buffer): EventHead | undefined {
  const fields = readFields(bytes);
  if (fields === undefined) return undefined;
  const step = fields.get(STEP) ?? 0n;
  return step === true ? undefined : {step, isVersion: fields.has(FILE_VERSION)};
}
