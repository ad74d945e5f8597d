import fs, {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {syncBuiltinESMExports} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test, vi} from 'vitest';
import {jsonlWriter} from '../src/node.js';

const folder = mkdtempSync(join(tmpdir(), 'contrastive-train-'));
afterAll(() => {
  rmSync(folder, {recursive: true});
});

test('writes a line a record, at once, into a new folder', () => {
  const path = join(folder, 'a', 'b', 'metrics.jsonl');
  const log = jsonlWriter(path);
  log.write({step: 0, loss: 1.5, learningRate: 0, metrics: {accuracy: 0.25}});
  log.write({step: 1, loss: NaN, learningRate: 0.1});
  // Before it is closed: an interrupted run keeps its lines.
  expect(readFileSync(path, 'utf8')).toBe(
    '{"step":0,"loss":1.5,"learningRate":0,"metrics":{"accuracy":0.25}}\n{"step":1,"loss":null,"learningRate":0.1}\n',
  );
  log.close();
});

test('a disk that fills up within a line keeps whole lines only, and writing goes on once there is room', () => {
  const path = join(folder, 'full.jsonl');
  const log = jsonlWriter(path);
  log.write({name: 'ä'});
  const {writeSync} = fs;
  let room = 5;
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
      log.write({step: 1});
    }).toThrow(/jsonlWriter: cannot write .*full\.jsonl \(ENOSPC/);
    expect(readFileSync(path, 'utf8')).toBe('{"name":"ä"}\n');
  } finally {
    spy.mockRestore();
    syncBuiltinESMExports();
  }
  log.write({step: 2});
  log.close();
  expect(readFileSync(path, 'utf8')).toBe('{"name":"ä"}\n{"step":2}\n');
});

test('empties what was there', () => {
  const path = join(folder, 'metrics.jsonl');
  writeFileSync(path, 'an older run\n');
  jsonlWriter(path).close();
  expect(readFileSync(path, 'utf8')).toBe('');
});

describe('from', () => {
  const path = join(folder, 'resumed.jsonl');
  /** What is left of a file with a resumed run's first record behind it. */
  const left = (content: string | Uint8Array, from: number): string => {
    writeFileSync(path, content);
    const log = jsonlWriter(path, {from});
    log.write({step: from});
    log.close();
    return readFileSync(path, 'utf8');
  };
  const line = (step: number): string => `{ "step":${step},"name":"ä" }\n`; // not as JSON.stringify has it

  test('keeps the lines of earlier steps as they are', () => {
    expect(left(line(0) + line(1) + line(2) + line(3), 2)).toBe(`${line(0)}${line(1)}{"step":2}\n`);
    expect(left(line(0) + line(2) + line(1) + line(9), 2)).toBe(`${line(0)}${line(1)}{"step":2}\n`);
    expect(left(line(0) + line(1), 5)).toBe(`${line(0)}${line(1)}{"step":5}\n`);
    expect(left(line(0) + line(1), 0)).toBe('{"step":0}\n');
    expect(left('', 3)).toBe('{"step":3}\n');
  });

  test('a line without a step goes with the one before it', () => {
    const file = `{"seed":1}\n${line(0)}{"probe":1}\n${line(1)}{"probe":2}\n{"done":true}\n`;
    expect(left(file, 1)).toBe(`{"seed":1}\n${line(0)}{"probe":1}\n{"step":1}\n`);
  });

  test('a file cut at any byte keeps its whole lines', () => {
    const bytes = Buffer.from([0, 1, 2, 3].map(line).join(''));
    for (let length = 0; length <= bytes.length; length++) {
      const cut = bytes.subarray(0, length);
      const whole = cut.subarray(0, cut.lastIndexOf('\n') + 1);
      expect(left(cut, 7)).toBe(`${whole.toString()}{"step":7}\n`);
    }
    expect(left(Buffer.concat([bytes, Buffer.alloc(100)]), 7)).toBe(`${bytes.toString()}{"step":7}\n`);
  });

  test('begins a file that is not there', () => {
    const missing = join(folder, 'new', 'metrics.jsonl');
    jsonlWriter(missing, {from: 3}).close();
    expect(readFileSync(missing, 'utf8')).toBe('');
  });

  test('a line that is no record is an error that says which, and the file stays', () => {
    for (const strange of ['{"step":1', '7', 'null', '']) {
      const content = `${line(0)}${strange}\n${line(2)}`;
      expect(() => left(content, 1)).toThrow(
        `jsonlWriter: expected a record as line 2 of ${path}, got '${strange}'; mend the line`,
      );
      expect(readFileSync(path, 'utf8')).toBe(content);
    }
  });

  test('refuses a step out of range', () => {
    expect(() => jsonlWriter(path, {from: 1.5})).toThrow('jsonlWriter: expected an integer from 0 on as from, got 1.5');
    expect(() => jsonlWriter(path, {form: 1} as never)).toThrow('did you mean from?');
  });
});

test('refuses to write after closing, and closes twice', () => {
  const log = jsonlWriter(join(folder, 'closed.jsonl'));
  log.close();
  log.close();
  expect(() => {
    log.write({});
  }).toThrow('is closed');
});

test('says which file cannot be opened, with the cause', () => {
  writeFileSync(join(folder, 'file'), '');
  const open = (): unknown => jsonlWriter(join(folder, 'file', 'metrics.jsonl'));
  expect(open).toThrow(/jsonlWriter: cannot open .*metrics\.jsonl/);
  try {
    open();
  } catch (error) {
    expect((error as Error).cause).toBeInstanceOf(Error);
  }
});
