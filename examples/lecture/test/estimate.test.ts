import {expect, test} from 'vitest';
import {mocoBase, simclrBase, supervisedBase, untrained} from '../src/base.js';
import {storeOf, type Store} from '../src/cells.js';
import {leastOf, moreOf, workOf, type Known} from '../src/estimate.js';
import type {Claim, Setting, Training} from '../src/experiment.js';
import {planOf} from '../src/plan.js';
import {seedsOf} from '../src/seeds.js';
import {stepSeconds, trainingSeconds} from '../src/training-seconds.js';
import {cell} from './fixture.js';

const setting = (id: string, training: Training): Setting => ({id, label: id, training});
const other = {...simclrBase, epochs: 4};
/** A claim of two trainings and the untrained network. */
const claim: Claim = {
  ...{name: 'one', title: '', varies: '', held: '', measures: [{how: 'kNN'}], panels: () => []},
  settings: [setting('base', simclrBase), setting('short', other), setting('none', untrained)],
  comparisons: [
    {
      ...{sentence: '', expected: 'above'},
      one: {setting: 'base', measure: {how: 'kNN'}},
      other: {setting: 'short', measure: {how: 'kNN'}},
    },
  ],
};
/** Its first cells, with so many points between what is compared. */
const first = (points: number): Store =>
  storeOf(
    [1, 2, 3].flatMap(seed => [
      cell(simclrBase, seed, {kNN: 70 + points}),
      cell(other, seed, {kNN: 70}),
      cell(untrained, seed, {kNN: 50}),
    ]),
  );
const rest = (store: Store) => [leastOf, moreOf].map(of => of(claim, {store, planned: new Set()}));

test('seeds to come are told as far as they are known', () => {
  expect(rest(storeOf([])).map(({runs}) => runs)).toEqual([6, 4]);
  expect(rest(first(0.5)).map(({runs}) => runs)).toEqual([4, 0]);
  expect(rest(first(3))).toEqual([
    {runs: 0, seconds: 0},
    {runs: 0, seconds: 0},
  ]);
  expect(planOf([claim], {store: first(3)}, 1)[0]).toBe('  one  finished');
});

test('what claims have in common is counted once, of later seeds too', () => {
  const lines = planOf([claim, {...claim, name: 'two'}], {store: storeOf([])}, 1);
  expect(lines[0]).toMatch(/^ {2}one {2}6 trainings.*; 4 more/);
  expect(lines.at(-1)).toMatch(/^ {2}together {2}6 trainings.*; 4 more/);
});

test('a training is needed again where its folder is gone, and so is what it starts with', () => {
  const seeds = seedsOf(claim);
  const store = storeOf(seeds.map(seed => cell(simclrBase, seed, {})));
  const work = (settings: readonly Setting[], trained?: Known['trained']) =>
    workOf(claim, settings, seeds, {store, planned: new Set(), ...(trained && {trained})}).runs;
  const [base] = claim.settings;
  expect(work([base])).toBe(0);
  expect(work([base], () => true)).toBe(0);
  expect(work([base], () => false)).toBe(3);
  const tuned = setting('tuned', {...supervisedBase, start: other});
  expect(work([tuned])).toBe(6);
  expect(work([tuned], training => training === other)).toBe(3);
});

test('groups of BatchNorm take longer', () => {
  const whole = stepSeconds(mocoBase);
  const ratio = stepSeconds({...mocoBase, splits: 8}) / whole;
  expect(ratio).toBeGreaterThanOrEqual(1.7);
  expect(ratio).toBeLessThanOrEqual(1.9);
  expect(trainingSeconds(untrained)).toBe(0);
});
