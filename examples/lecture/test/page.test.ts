import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {format, resolveConfig} from 'prettier';
import sharp from 'sharp';
import {describe, expect, onTestFinished, test} from 'vitest';
import {claims, everything} from '../src/claims/index.js';
import {picturesOf} from '../src/draw/picture.js';
import {closeSettings} from '../src/figures.js';
import {figuresIn, fillPage, type Told} from '../src/page.js';
import {isOf, readResult, writeResult} from '../src/results.js';
import {figuresTable} from '../src/tables.js';
import {verdictOf} from '../src/verdict.js';
import {resultOf} from './fixture.js';

const docs = fileURLToPath(new URL('../../../docs/', import.meta.url));
const results = fileURLToPath(new URL('../results/', import.meta.url));
const pages = [['lecture.md', 'en'] as const, ['lecture.ru.md', 'ru'] as const];
const [shuffling] = claims.filter(({name}) => name === 'shuffling');

/** Shuffled above not shuffled by 2, 3 and 4 points, and below the whole batch by 1. */
const result = resultOf(shuffling, [1, 2, 3], (setting, seed, measure) => {
  const [shuffled, apart, whole] = [80, 79 - seed, 81];
  return [shuffled, apart, whole][setting] - 5 * measure;
});
const figures = figuresIn(shuffling, result);

describe('differences', () => {
  test('are paired, with Student’s interval', () => {
    const [, linear, kNN, whole] = figures.differences();
    expect(linear.values).toEqual([2, 3, 4]);
    // A deviation of 1 point, by 4.303 / √3.
    expect(linear.mean?.low).toBeCloseTo(3 - 4.30265 / Math.sqrt(3), 4);
    expect([linear, kNN, whole].map(verdictOf)).toEqual(['holds', 'holds', 'against']);
  });

  test('of what failed, of one seed and of equal figures are told as such', () => {
    const [, one] = figures.differences();
    const equal = {...one.comparison, expected: 'equal'} as const;
    const mean = {mean: 0, low: -0.4, high: 0.6};
    expect(verdictOf({...one, failed: [1, 0]})).toBe('failed');
    expect(verdictOf({...one, failed: [0, 1]})).toBe('failed');
    // What fails with every seed is below what never does; nothing is equal to it.
    expect(verdictOf({...one, values: [], failed: [0, 3]})).toBe('holds');
    expect(verdictOf({...one, values: [], failed: [3, 0]})).toBe('against');
    expect(verdictOf({...one, values: [], failed: [3, 3]})).toBe('failed');
    expect(verdictOf({...one, comparison: equal, values: [], failed: [0, 3]})).toBe('against');
    expect(verdictOf({...one, values: []})).toBe('missing');
    expect(verdictOf({comparison: one.comparison, values: [3], failed: [0, 0]})).toBe('open');
    expect(verdictOf({...one, comparison: equal, mean})).toBe('holds');
    expect(verdictOf({...one, comparison: equal, mean: {...mean, low: -3, high: 3}})).toBe('open');
    expect(verdictOf({...one, comparison: equal, mean: {...mean, low: 0.2, high: 3}})).toBe('open');
    expect(verdictOf({...one, comparison: equal, mean: {...mean, low: 1.5, high: 3}})).toBe('against');
    expect(verdictOf({...one, mean: {...mean, low: -1, high: 3}})).toBe('open');
  });

  test('leave out what a training that failed has in its log', () => {
    const [first, second, third] = result.settings;
    const broken = {...second, cells: second.cells.map(one => ({...one, values: {}, failed: 'not finite'}))};
    const failing = figuresIn(shuffling, {...result, settings: [first, broken, third]});
    expect(failing.curves('not shuffled')).toEqual([]);
    expect(failing.values('not shuffled', {how: 'loss'})).toEqual([]);
    expect(failing.differences().map(({values}) => values.length)).toEqual([0, 0, 0, 3]);
    expect(failing.differences().map(verdictOf)).toEqual(['against', 'holds', 'holds', 'against']);
    expect(figuresTable(shuffling, failing, 'en').match(/fail \(3 of 3\)/g)).toHaveLength(4);
  });

  test('under a point ask for more seeds', () => {
    expect(closeSettings(figures)).toEqual(new Set());
    const near = resultOf(shuffling, [1, 2, 3], (setting, seed) => 80 - (setting === 1 ? 0.3 * seed : 3 * setting));
    expect(closeSettings(figuresIn(shuffling, near))).toEqual(new Set(['shuffled', 'not shuffled']));
  });
});

describe('results', () => {
  test('are the same from their file, and of their settings alone', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lecture-'));
    onTestFinished(() => {
      rmSync(folder, {recursive: true});
    });
    writeResult(folder, result);
    expect(readResult(folder, 'shuffling')).toEqual(result);
    expect(readResult(folder, 'queue')).toBeUndefined();
    expect(isOf(result, shuffling)).toBe(true);
    const [first, ...rest] = shuffling.settings;
    const other = {...first, training: {...first.training, width: 8}};
    expect(isOf(result, {...shuffling, settings: [other, ...rest]})).toBe(false);
  });
});

/** A page as the check of the repository wants it. */
const formatted = async (page: string): Promise<string> =>
  format(page, {...(await resolveConfig(import.meta.filename)), parser: 'markdown'});

/** The first lines in which a text is not as wanted, with those that are. */
function firstDifference(got: string, wanted: string): unknown {
  const [lines, others] = [got, wanted].map(text => text.split('\n'));
  const first = lines.findIndex((line, i) => line !== others[i]);
  return first < 0 ? undefined : {got: lines.slice(first, first + 3), wanted: others.slice(first, first + 3)};
}

describe.each(pages)('%s', (name, language) => {
  const page = readFileSync(join(docs, name), 'utf8');
  /** The first lines that the check of the repository would want otherwise, with what it wants. */
  const otherwise = async (drawn: string): Promise<unknown> => firstDifference(drawn, await formatted(drawn));

  test('tells of what has not been run, and is as the check of the repository wants it', async () => {
    const filled = fillPage(
      page,
      everything.map(claim => ({claim})),
      language,
    );
    expect(filled.match(/^\*\*(?:Not run yet|Ещё не запускалось)\*\*/gm)).toHaveLength(everything.length);
    expect(await otherwise(filled)).toBeUndefined();
  });

  test('tells of what has been run, claim by claim', async () => {
    const told: Told[] = everything.map(claim => ({
      claim,
      result: resultOf(claim, claim.seeds === 1 ? [1] : [1, 2, 3], (setting, seed, measure) => {
        return 60 + 3 * setting + (seed * (setting + 1)) / 10 - measure;
      }),
    }));
    const filled = fillPage(page, told, language);
    expect(/.*(?:Not run yet|Ещё не запускалось|NaN|undefined).*/.exec(filled)?.[0]).toBeUndefined();
    expect(filled.match(/<img src="lecture\/[\w-]+\.png"/g)).toHaveLength(everything.length);
    expect(await otherwise(filled)).toBeUndefined();
    // Filled again it is the same: only what is between the marks is drawn.
    expect(fillPage(filled, told, language) === filled).toBe(true);
    const own = told.map(one => (one.claim === shuffling ? {claim: shuffling, result} : one));
    const difference = language === 'en' ? '+3.0 (0.5 to 5.5)' : '+3.0 (от 0.5 до 5.5)';
    expect(fillPage(page, own, language).includes(difference)).toBe(true);
  });

  test('is what the committed results come to', async () => {
    const told = everything.map(claim => {
      const committed = readResult(results, claim.name);
      return {claim, ...(committed && isOf(committed, claim) && {result: committed})};
    });
    const wanted = await formatted(fillPage(page, told, language));
    expect(firstDifference(page, wanted)).toBeUndefined();
  });

  test('lacks no mark', () => {
    expect(() =>
      fillPage(
        page.replace('<!-- lecture: queue -->', ''),
        everything.map(claim => ({claim})),
        language,
      ),
    ).toThrow(/^lecture: expected <!-- lecture: queue -->/);
  });
});

test.each(everything.map(claim => [claim.name, claim] as const))('%s is drawn', async (name, claim) => {
  const told = resultOf(claim, [1, 2, 3], (setting, seed, measure) => 60 + 2 * setting + seed / 5 - measure);
  const files = await picturesOf(claim, figuresIn(claim, told));
  const endings = ['en', 'en-dark', 'ru', 'ru-dark'];
  expect(files.map(file => file.name)).toEqual(endings.map(ending => `${name}-${ending}.png`));
  for (const {bytes} of files) {
    expect(bytes.length).toBeLessThan(200_000);
    const {width, height} = await sharp(bytes).metadata();
    expect(width).toBe(2 * 1060);
    expect(height).toBeGreaterThan(600);
  }
  // Nothing of a claim without figures.
  expect(await picturesOf(claim, figuresIn(claim, {...told, settings: []}))).toEqual([]);
});
