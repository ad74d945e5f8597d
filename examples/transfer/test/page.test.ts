import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {formatTransferTable, type TransferCell} from '@contrastive/linear-probe';
import {expect, test} from 'vitest';
import {differences} from '../src/differences.js';

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../docs/${path}`, import.meta.url)), 'utf8');

test('the page of transfer has the table and the differences of the committed figures', () => {
  const cells = read('transfer/cells.jsonl')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as TransferCell);
  expect(cells.length).toBe(3 * 2 * (4 + 3));
  const page = read('transfer.md');
  expect(page).toContain(formatTransferTable(cells));
  expect(page).toContain(differences(cells));
});
