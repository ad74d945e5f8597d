import {appendFileSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {openCells} from '../src/index.js';

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
