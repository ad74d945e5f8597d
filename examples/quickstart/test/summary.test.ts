import {describe, expect, test} from 'vitest';
import type {Scores} from '../src/figures.js';
import {intervalsOf} from '../src/intervals.js';
import {meaning} from '../src/meaning.js';
import {resultsTable} from '../src/results-table.js';

const scores: Scores = {
  raw: {'100': 66.12, '1000': 77.7, '10000': 82.5},
  untrained: {'100': 60, '1000': 71.4, '10000': 78.9},
  trained: {'100': 68.8, '1000': 81.6, '10000': 84.66},
};

const supervised = {'100': 60.5, '1000': 78.1, '10000': 88.2};

describe('meaning', () => {
  test('of a trained encoder that is ahead everywhere', () => {
    expect(meaning({smoke: false, probe: scores, supervised}).split('\n')).toEqual([
      expect.stringMatching(/^With every number of labels .* beats raw pixels and the untrained network\.$/),
      'With 100 and 1,000 labels the encoder beats the same network trained on those labels alone (Supervised); with ' +
        '10,000 labels that one is ahead.',
    ]);
    expect(meaning({smoke: false, probe: scores, supervised: scores.raw})).toMatch(/The encoder beats .* every number/);
    expect(meaning({smoke: false, probe: scores, supervised: scores.trained})).toMatch(/Still ahead with every/);
  });

  test('says where raw pixels win', () => {
    const probe = {...scores, trained: {...scores.trained, '100': 65}};
    const [won, lost] = meaning({smoke: false, probe, supervised}).split('\n');
    expect(won).toMatch(/^With 1,000 and 10,000 labels .* beats raw pixels/);
    expect(lost).toBe('With 100 labels raw pixels are still ahead: 66.1 % against 65.0 %.');
  });

  test('of a run that taught nothing', () => {
    const probe = {...scores, trained: {'100': 10, '1000': 10, '10000': 10}};
    expect(meaning({smoke: false, probe, supervised})).toMatch(/not the best yet.*--epochs 30/);
  });

  test('of a quick run is nothing', () => {
    expect(meaning({smoke: true, probe: scores, supervised})).toMatch(/quick run/);
  });
});

const figures = {probe: scores, knn: scores, supervised, testImages: 10_000};

test('the table is aligned, and only terminals get bold figures', () => {
  const plain = resultsTable(figures);
  expect(plain.split('\n').slice(0, 5)).toEqual([
    'Logistic regression            100 labels         1,000 labels        10,000 labels',
    '  Raw pixels           66.1 % (65.2–67.0)   77.7 % (76.9–78.5)   82.5 % (81.7–83.2)',
    '  Untrained            60.0 % (59.0–61.0)   71.4 % (70.5–72.3)   78.9 % (78.1–79.7)',
    '  Trained              68.8 % (67.9–69.7)   81.6 % (80.8–82.3)   84.7 % (83.9–85.4)',
    '  Supervised           60.5 % (59.5–61.5)   78.1 % (77.3–78.9)   88.2 % (87.6–88.8)',
  ]);
  const bold = resultsTable(figures, true);
  expect(bold).toContain('\x1b[1m   88.2 % (87.6–88.8)\x1b[22m');
  expect(bold.replaceAll(/\x1b\[\d+m/g, '')).toBe(plain); // eslint-disable-line no-control-regex
});

test('each figure has its interval in the summary', () => {
  const {probe, knn, supervised: taught} = intervalsOf({...figures, testImages: 40});
  // Wilson's interval of 33 of 40, by its formula with Python's NormalDist.
  expect(probe.raw['10000']).toEqual({low: 68.05, high: 91.25});
  expect(Object.keys(knn)).toEqual(['raw', 'untrained', 'trained']);
  expect(Object.keys(taught)).toEqual(['100', '1000', '10000']);
});
