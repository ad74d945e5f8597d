import {describe, expect, test} from 'vitest';
import {meaning, resultsTable, type Scores} from '../src/summary.js';

const scores: Scores = {
  raw: {'100': 66.12, '1000': 77.7, '10000': 82.5},
  untrained: {'100': 60, '1000': 71.4, '10000': 78.9},
  trained: {'100': 68.8, '1000': 81.6, '10000': 84.66},
};

describe('meaning', () => {
  test('of a trained encoder that is ahead everywhere', () => {
    expect(meaning({smoke: false, probe: scores})).toMatch(
      /^With every number of labels .* beats raw pixels and the untrained network\.$/,
    );
  });

  test('says where raw pixels win', () => {
    const probe = {...scores, trained: {...scores.trained, '100': 65}};
    const [won, lost] = meaning({smoke: false, probe}).split('\n');
    expect(won).toMatch(/^With 1,000 and 10,000 labels .* beats raw pixels/);
    expect(lost).toBe('With 100 labels raw pixels are still ahead: 66.1 % against 65.0 %.');
  });

  test('of a run that taught nothing', () => {
    const probe = {...scores, trained: {'100': 10, '1000': 10, '10000': 10}};
    expect(meaning({smoke: false, probe})).toMatch(/not the best yet.*--epochs 30/);
  });

  test('of a smoke run is nothing', () => {
    expect(meaning({smoke: true, probe: scores})).toMatch(/smoke run/);
  });
});

test('the table is aligned, and only terminals get bold figures', () => {
  const plain = resultsTable(scores, scores);
  expect(plain.split('\n').slice(0, 4)).toEqual([
    'Logistic regression       100 labels    1,000 labels   10,000 labels',
    '  Raw pixels                  66.1 %          77.7 %          82.5 %',
    '  Untrained                   60.0 %          71.4 %          78.9 %',
    '  Trained                     68.8 %          81.6 %          84.7 %',
  ]);
  const bold = resultsTable(scores, scores, true);
  expect(bold).toContain('\x1b[1m          84.7 %\x1b[22m');
  expect(bold.replaceAll(/\x1b\[\d+m/g, '')).toBe(plain); // eslint-disable-line no-control-regex
});
