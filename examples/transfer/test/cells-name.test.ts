import {expect, test} from 'vitest';
import {cellsName} from '../src/cells-name.js';

const defaults = {steps: 2_000, rates: [0.2, 0.6], images: Infinity};

test('cells of other settings have another file', () => {
  expect(cellsName({...defaults}, defaults)).toBe('cells.jsonl');
  const quick = cellsName({...defaults, images: 160}, defaults);
  expect(quick).toMatch(/^cells-[0-9a-f]{8}\.jsonl$/);
  expect(cellsName({...defaults, images: 160}, defaults)).toBe(quick);
  expect(cellsName({...defaults, rates: [0.2]}, defaults)).not.toBe(quick);
});
