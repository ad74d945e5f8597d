import fs, {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {syncBuiltinESMExports} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test, vi} from 'vitest';
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
