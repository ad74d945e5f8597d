import fs, {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {syncBuiltinESMExports} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {golden} from '@contrastive/testing';
import {afterAll, afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {crc32c} from '../src/node/tensorboard/crc32c.js';
import {tensorBoardWriter, type TensorBoardWriter} from '../src/node.js';

interface GoldenFile {
  readonly bytes: string;
  /** Where each record ends. */
  readonly ends: number[];
  /** The step of each record; none of those of the file itself. */
  readonly steps: (number | null)[];
}
const values = golden(import.meta.url, 'event-files') as {
  readonly rgb: string;
  readonly grey: string;
  readonly fresh: GoldenFile;
  readonly resumed: GoldenFile;
};
const bytesOf = ({bytes}: GoldenFile): Buffer => Buffer.from(bytes, 'base64');
const fresh = bytesOf(values.fresh);
const {ends, steps} = values.fresh;
const last = Number.MAX_SAFE_INTEGER;

const root = mkdtempSync(join(tmpdir(), 'contrastive-tensorboard-'));
let folders = 0;
const newFolder = (): string => join(root, String(folders++));
afterAll(() => {
  rmSync(root, {recursive: true});
});
beforeEach(() => {
  vi.useFakeTimers({toFake: ['Date'], now: 1700000000125});
});
afterEach(() => {
  vi.useRealTimers();
});

/** A folder with event files of these contents, in this order. */
function folderOf(...files: Uint8Array[]): string {
  const folder = newFolder();
  mkdirSync(folder);
  files.forEach((bytes, i) => {
    writeFileSync(join(folder, `events.out.tfevents.160000000${i}.host.1.0`), bytes);
  });
  return folder;
}

const namesIn = (folder: string): string[] => readdirSync(folder).sort();
const contents = (folder: string): Buffer[] => namesIn(folder).map(name => readFileSync(join(folder, name)));

function writeGolden(board: TensorBoardWriter): void {
  board.write({step: 0, loss: 5.25, learningRate: 0.03, metrics: {contrastiveAccuracy: 0.0078125}, left: undefined});
  board.write({step: 1, loss: NaN, learningRate: Infinity, metrics: {deep: {er: -Infinity}}});
  board.image(1, 'neighbours', Buffer.from(values.rgb, 'base64'));
  board.write({step: 300, Verlust: {α: -1e-40}});
  board.image(5e9, 'grey', Buffer.from(values.grey, 'base64'));
  board.write({step: last, loss: 0});
  board.write({step: last});
}

test.each([
  ['32 zeros', new Uint8Array(32), 0x8a9136aa],
  ['32 ones', new Uint8Array(32).fill(255), 0x62a8ab43],
  ['0 to 31', Uint8Array.from({length: 32}, (_, i) => i), 0x46dd794e],
  ['31 to 0', Uint8Array.from({length: 32}, (_, i) => 31 - i), 0x113fdb5c],
  ['digits', Buffer.from('123456789'), 0xe3069283],
])('CRC-32C as in RFC 3720: %s', (_, bytes, check) => {
  expect(crc32c(bytes)).toBe(check);
});

describe('tensorBoardWriter', () => {
  test("writes the bytes that TensorBoard's own code writes, at once, into a new folder", () => {
    const folder = join(newFolder(), 'a', 'b');
    const board = tensorBoardWriter(folder);
    writeGolden(board);
    // Before it is closed: an interrupted run keeps its events.
    expect(namesIn(folder)).toEqual([expect.stringMatching(/^events\.out\.tfevents\.1700000000\.[^/]+\.\d+\.0$/)]);
    expect(contents(folder)).toEqual([fresh]);
    board.close();
  });

  test('goes on from a step: each stands once, behind a start that TensorBoards heed which are running', () => {
    const folder = folderOf(fresh);
    const board = tensorBoardWriter(folder, {from: 300});
    board.write({step: 300, loss: 1.5});
    board.close();
    expect(contents(folder)).toEqual([fresh.subarray(0, ends[3]), bytesOf(values.resumed)]);
  });

  test.each([0, 1, 2, 301, 5e9, last])('keeps what is before step %i in every file, and no file without any', from => {
    const later = Buffer.concat([fresh.subarray(0, ends[0]), fresh.subarray(ends[4])]);
    const folder = folderOf(fresh, later);
    writeFileSync(join(folder, 'metrics.jsonl'), 'not an event file');
    const kept = (first: number): Buffer[] => {
      const stays = steps.map((step, i) => (i === 0 || i >= first) && (step === null || step < from));
      if (!stays.some((stay, i) => stay && steps[i] !== null)) return [];
      return [Buffer.concat(steps.flatMap((_, i) => (stays[i] ? [fresh.subarray(ends[i - 1] ?? 0, ends[i])] : [])))];
    };
    tensorBoardWriter(folder, {from}).close();
    const files = contents(folder);
    expect(files.slice(0, -2)).toEqual([...kept(0), ...kept(5)]);
    expect(files.at(-1)?.toString()).toBe('not an event file');
  });

  test('files behind those that are there, whatever the clock says', () => {
    const folder = folderOf(fresh);
    writeFileSync(join(folder, 'events.out.tfevents.1800000000.host.1.0'), fresh);
    tensorBoardWriter(folder).close();
    tensorBoardWriter(folder).close();
    expect(namesIn(folder).map(name => name.split('.')[3])).toEqual([
      '1600000000',
      '1800000000',
      '1800000001',
      '1800000002',
    ]);
    expect(contents(folder).slice(0, 2)).toEqual([fresh, fresh]); // left alone
  });

  test('a file cut at any byte keeps its whole events', () => {
    for (let length = 0; length <= fresh.length; length++) {
      const folder = folderOf(fresh.subarray(0, length));
      tensorBoardWriter(folder, {from: last}).close();
      const whole = ends.filter((end, i) => end <= length && i < ends.length - 1);
      const [first, second] = contents(folder);
      if (whole.length < 2) expect(second, `cut at ${length}`).toBeUndefined();
      else expect(first, `cut at ${length}`).toEqual(fresh.subarray(0, whole.at(-1)));
      rmSync(folder, {recursive: true});
    }
  });

  test('zeros at the end, as a power failure leaves them, go', () => {
    const folder = folderOf(Buffer.concat([fresh.subarray(0, ends[2]), Buffer.alloc(4096)]));
    tensorBoardWriter(folder, {from: 5}).close();
    expect(contents(folder)[0]).toEqual(fresh.subarray(0, ends[2]));
  });

  test('a bit that flipped anywhere is an error that says where, and nothing changes', () => {
    const folder = folderOf(fresh, fresh);
    const [, path] = namesIn(folder).map(name => join(folder, name));
    for (let at = 0; at < fresh.length; at++) {
      const damaged = Buffer.from(fresh);
      damaged[at] ^= 1 << (at % 8);
      writeFileSync(path, damaged);
      const start = ends.filter(end => end <= at).at(-1) ?? 0;
      expect(() => tensorBoardWriter(folder, {from: 1}), `byte ${at}`).toThrow(
        `tensorBoardWriter: expected whole events in ${path}, got damage at byte ${start} of ${fresh.length}; move`,
      );
      expect(contents(folder)).toEqual([fresh, damaged]);
    }
  });

  test('a record that is no event is damage too', () => {
    const strange = Buffer.from('0300000000000000' + '1fa4b2e5' + 'ffffff' + '00000000', 'hex');
    strange.writeUInt32LE(masked(strange.subarray(0, 8)), 8);
    strange.writeUInt32LE(masked(strange.subarray(12, 15)), 15);
    const folder = folderOf(Buffer.concat([fresh.subarray(0, ends[1]), strange, fresh.subarray(ends[1])]));
    expect(() => tensorBoardWriter(folder, {from: 1})).toThrow(`got damage at byte ${ends[1]} of`);
  });

  test('a disk that fills up within an event keeps whole events only, and writing goes on once there is room', () => {
    const folder = newFolder();
    const board = tensorBoardWriter(folder);
    const resumed = folderOf(fresh);
    const {writeSync} = fs;
    let room = 20;
    const spy = vi.spyOn(fs, 'writeSync').mockImplementation(((
      file: number,
      bytes: Uint8Array,
      from: number,
      length: number,
      position: number,
    ) => {
      if (room === 0) throw Object.assign(new Error('ENOSPC: no space left on device'), {code: 'ENOSPC'});
      const written = writeSync(file, bytes, from, Math.min(length, room), position);
      room -= written;
      return written;
    }) as never);
    syncBuiltinESMExports();
    try {
      expect(() => {
        board.write({step: 0, loss: 1});
      }).toThrow(/tensorBoardWriter: cannot write .*tfevents.* \(ENOSPC.*check the path/);
      expect(contents(folder)).toEqual([fresh.subarray(0, ends[0])]);
      expect(() => tensorBoardWriter(newFolder())).toThrow(/cannot write .*ENOSPC/);
      // What is there already is not lost either.
      expect(() => tensorBoardWriter(resumed, {from: 300})).toThrow(/cannot replace .*ENOSPC/);
      expect(contents(resumed)).toEqual([fresh]); // and no half file beside it
    } finally {
      spy.mockRestore();
      syncBuiltinESMExports();
    }
    writeGolden(board);
    board.close();
    expect(contents(folder)).toEqual([fresh]);
  });

  test('refuses what it cannot show, and writes nothing of it', () => {
    const folder = newFolder();
    const board = tensorBoardWriter(folder);
    const png = Buffer.from(values.rgb, 'base64');
    const write = (record: unknown) => () => {
      board.write(record as never);
    };
    const show = (step: unknown, tag: unknown, bytes: unknown) => () => {
      board.image(step as never, tag as never, bytes as never);
    };
    expect(write(undefined)).toThrow('tensorBoardWriter.write: expected an object as record, got undefined.');
    expect(write({loss: 1})).toThrow('tensorBoardWriter.write: expected an integer from 0 on as step, got undefined.');
    expect(write({step: -1})).toThrow(RangeError);
    expect(write({step: 0.5, loss: 1})).toThrow('got 0.5');
    expect(write({step: 0, loss: 1, metrics: {all: [1]}})).toThrow(
      'tensorBoardWriter.write: expected a number or a record of numbers as metrics/all, got',
    );
    expect(write({step: 0, all: [1, 2]})).toThrow('as all, got [1, 2]');
    expect(write({step: 0, loss: Promise.resolve(1)})).toThrow('as loss, got a Promise; await it.');
    expect(show(-1, 'a', png)).toThrow('tensorBoardWriter.image: expected an integer from 0 on as step, got -1.');
    expect(show(0, 3, png)).toThrow('tensorBoardWriter.image: expected text as tag, got 3.');
    expect(show(0, 'a', 'png')).toThrow("tensorBoardWriter.image: expected the bytes of a PNG as png, got 'png'");
    expect(show(0, 'a', png.subarray(0, 25))).toThrow('expected the bytes of a PNG');
    expect(show(0, 'a', png.subarray(1))).toThrow('expected the bytes of a PNG');
    expect(contents(folder)).toEqual([fresh.subarray(0, ends[0])]);
    board.close();
    board.close();
    expect(write({step: 0, loss: 1})).toThrow('is closed; write before closing.');
  });

  test('says which folder cannot be used, with the cause', () => {
    const file = newFolder();
    writeFileSync(file, '');
    for (const options of [{}, {from: 3}]) {
      const open = (): unknown => tensorBoardWriter(join(file, 'board'), options);
      expect(open).toThrow(/tensorBoardWriter: cannot (open|read) .*board/);
      expect(open).toThrow(expect.objectContaining({cause: expect.any(Error) as unknown}));
    }
    expect(existsSync(join(file, 'board'))).toBe(false);
    expect(() => tensorBoardWriter(newFolder(), {from: -1})).toThrow('expected an integer from 0 on as from, got -1');
  });
});

/** TensorFlow's masked check (core/lib/hash/crc32c.h), for records of the test's own. */
function masked(bytes: Uint8Array): number {
  const check = BigInt(crc32c(bytes));
  return Number((((check >> 15n) | (check << 17n)) + 0xa282ead8n) & 0xffffffffn);
}
