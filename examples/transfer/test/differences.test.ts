import type {TransferCell} from '@contrastive/linear-probe';
import {expect, test} from 'vitest';
import {differences} from '../src/differences.js';

const cell = (start: string, seed: number, value: number): TransferCell => ({
  ...{
    digest: '0',
    sizes: {train: 9, validation: 9, test: 9},
    dataSet: 'drawings',
    metric: 'accuracy',
    start,
    protocol: 'linear',
  },
  ...{seed, value, seconds: 1},
});

test('differences are paired by seed, with Student’s interval', () => {
  const cells = [
    ...[0.52, 0.63, 0.74, 0.9].map((value, i) => cell('contrastive', i + 1, value)),
    ...[0.7, 0.6, 0.5].map((value, i) => cell('supervised', 3 - i, value)),
    cell('random', 1, 0.4),
  ];
  // 2, 3 and 4 points: a deviation of 1 point, by 4.303 / √3. The fourth seed has no other figure, and random only one.
  const line = /^linear on drawings, contrastive above supervised +3\.0 {2}\(0\.5 to 5\.5\)$/;
  expect(differences(cells)).toMatch(line);
  expect(differences(cells.filter(({seed}) => seed === 1))).toBe('');
});
