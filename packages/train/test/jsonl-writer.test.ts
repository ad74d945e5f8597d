import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
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
