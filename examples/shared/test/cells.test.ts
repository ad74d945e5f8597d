import {appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {openCells, readCells} from '../src/index.js';

const cell = (seed: number) => ({
  ...{dataSet: 'emoji', start: 'random', protocol: 'linear', seed, digest: 'x', metric: 'accuracy' as const},
  ...{value: 0.5, seconds: 1, sizes: {train: 2, test: 1}},
});

test('cells are read again, but for one that was cut off, and go on behind it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cells-'));
  try {
    const path = join(folder, 'cells.jsonl');
    const first = openCells(path);
    expect(first.cells).toEqual([]);
    first.add(cell(1));
    appendFileSync(path, '{"dataSet":"emo');
    expect(readCells(path)).toEqual([cell(1)]);
    expect(readFileSync(path, 'utf8').endsWith('emo')).toBe(true);
    const second = openCells(path);
    expect(second.cells).toEqual([cell(1)]);
    second.add(cell(2));
    second.add(cell(3));
    expect(() => openCells(path)).not.toThrow();
    expect(openCells(path).cells).toEqual([cell(1), cell(2), cell(3)]);
    expect(readFileSync(path, 'utf8').endsWith('\n')).toBe(true);
  } finally {
    rmSync(folder, {recursive: true});
  }
});

test('a damaged line is told with its place, and the file is left as it is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cells-'));
  try {
    const path = join(folder, 'cells.jsonl');
    const text = `${JSON.stringify(cell(1))}\n{"seed":\n{"cut`;
    writeFileSync(path, text);
    expect(() => openCells(path)).toThrow(
      /^openCells: expected a finished cell as JSON in line 2 of .*cells\.jsonl, got a damaged one; remove the line/,
    );
    expect(readFileSync(path, 'utf8')).toBe(text);
  } finally {
    rmSync(folder, {recursive: true});
  }
});
