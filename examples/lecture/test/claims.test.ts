import {describe, expect, test} from 'vitest';
import {keyOf, storeOf} from '../src/cells.js';
import {claims, everything} from '../src/claims/index.js';
import {workOf} from '../src/estimate.js';
import {nameOf, settingsIn, type Curve, type Point} from '../src/experiment.js';
import {measuresOf} from '../src/figures.js';
import {planOf} from '../src/plan.js';
import {quickly} from '../src/quick.js';
import {moreSeedsOf, seedsOf} from '../src/seeds.js';
import {cell} from './fixture.js';

const hours = (seconds: number): number => seconds / 3600;
const nothing = storeOf([]);

/** A figure, and what is taken off it. */
const pointsIn = ({setting, measure, minus}: Point): readonly Point[] => [
  {setting, measure},
  ...(minus === undefined ? [] : [{setting: minus, measure}]),
];

describe.each(everything.map(claim => [claim.name, claim] as const))('%s', (_, claim) => {
  test('has each setting once, and compares what is measured', () => {
    const ids = claim.settings.map(({id}) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const keys = claim.settings.map(({training}) => keyOf(training, 1));
    expect(new Set(keys).size).toBe(keys.length);
    for (const {one, other} of claim.comparisons) {
      for (const {setting, measure} of [one, other].flatMap(pointsIn)) {
        const found = claim.settings.find(({id}) => id === setting);
        const names = found ? [...measuresOf(claim, found), ...(claim.logged ?? [])].map(nameOf) : [];
        expect(names, `${claim.name}: ${setting}`).toContain(nameOf(measure));
      }
    }
  });

  test('takes at most three quarters of an hour, if all comparisons are close too', () => {
    const ids = new Set(claim.comparisons.flatMap(settingsIn));
    const close = claim.settings.filter(({id}) => ids.has(id));
    const planned = new Set<string>();
    const least = workOf(claim, claim.settings, seedsOf(claim), {store: nothing, planned});
    const more = workOf(claim, close, moreSeedsOf(claim), {store: nothing, planned});
    expect(hours(least.seconds + more.seconds)).toBeLessThanOrEqual(0.75);
  });

  test('asks its panels for figures that it has, and is as large when it is quick', () => {
    const asked: string[] = [];
    const known = new Set(
      claim.settings.flatMap(setting => measuresOf(claim, setting).map(one => `${setting.id}: ${nameOf(one)}`)),
    );
    const figures = {
      values: (setting: string, measure: Parameters<typeof nameOf>[0]): readonly number[] => {
        asked.push(`${setting}: ${nameOf(measure)}`);
        return [1];
      },
      curves: (setting: string): readonly Curve[] => {
        asked.push(setting);
        return [{steps: [0, 100], loss: [6, 5], accuracy: [2, 3]}];
      },
    };
    for (const panel of claim.panels(figures)) {
      if (panel.kind !== 'heat') continue;
      for (const row of panel.names.keys()) for (const column of panel.names.keys()) panel.values(row, column);
    }
    expect(asked.length).toBeGreaterThan(0);
    const curves = new Set(claim.settings.map(({id}) => id));
    expect(asked.filter(one => !known.has(one) && !curves.has(one))).toEqual([]);
    expect(quickly(claim).settings.map(({id}) => id)).toEqual(claim.settings.map(({id}) => id));
  });
});

/** Fields of trainings in which a claim's comparisons may differ, as its text says. */
const differing: Readonly<Record<string, readonly string[]>> = {
  augmentations: ['look'],
  'augmentations-colour': ['look'],
  projection: ['head'],
  'batch-and-epochs': ['batchSize', 'epochs', 'learningRate'],
  momentum: ['epochs', 'keyMomentum'],
  queue: ['batchSize', 'keyMomentum', 'learningRate', 'queueSize'],
  'v1-to-v2': ['head', 'look', 'schedule', 'temperature'],
  shuffling: ['shuffle', 'splits'],
};

test.each(Object.entries(differing))('%s compares trainings that differ in no more than it says', (name, allowed) => {
  const [{comparisons, settings}] = claims.filter(claim => claim.name === name);
  const trainingOf = (id: string): object => settings.find(one => one.id === id)?.training ?? {};
  const found = new Set<string>();
  for (const comparison of comparisons) {
    const trainings: Readonly<Record<string, unknown>>[] = settingsIn(comparison).map(id => ({...trainingOf(id)}));
    const methods = new Set(trainings.map(({method}) => method));
    if (methods.size > 1) continue; // of two methods, which have fields of their own
    for (const field of new Set(trainings.flatMap(one => Object.keys(one)))) {
      const values = new Set(trainings.map(one => JSON.stringify(one[field])));
      if (values.size > 1) found.add(field);
    }
  }
  expect([...found].sort()).toEqual(allowed);
});

test('all of them take at most five hours, and no training is made twice', () => {
  const planned = new Set<string>();
  const seconds = claims.map(claim => workOf(claim, claim.settings, seedsOf(claim), {store: nothing, planned}).seconds);
  expect(hours(seconds.reduce((sum, one) => sum + one, 0))).toBeLessThan(5);
  const again = claims.map(claim => workOf(claim, claim.settings, seedsOf(claim), {store: nothing, planned}).runs);
  expect(again).toEqual(claims.map(() => 0));
});

test('what is finished is not planned again', () => {
  const [claim] = claims.filter(({name}) => name === 'shuffling');
  const store = storeOf(claim.settings.map(({training}) => cell(training, 1, {kNN: 70, linear: 75})));
  const work = (of: typeof store) => workOf(claim, claim.settings, seedsOf(claim), {store: of, planned: new Set()});
  expect(work(nothing).runs).toBe(9);
  expect(work(store).runs).toBe(6);
  expect(planOf([claim], {store}, 2)[0]).toMatch(
    /^ {2}shuffling {2}6 trainings, about .*; 6 more, .*, if all is close$/,
  );
  const all = storeOf(
    claim.settings.flatMap(({training}) => [1, 2, 3, 4, 5].map(seed => cell(training, seed, {kNN: 70, linear: 75}))),
  );
  expect(planOf([claim], {store: all}, 1)[0]).toBe('  shuffling  finished');
});

test('a key tells trainings and seeds apart, whatever the order of settings', () => {
  const [{settings}] = claims;
  const {training} = settings[0];
  const turned = Object.fromEntries(Object.entries(training).reverse()) as typeof training;
  expect(keyOf(turned, 1)).toBe(keyOf(training, 1));
  expect(keyOf(training, 2)).not.toBe(keyOf(training, 1));
  expect(keyOf(settings[1].training, 1)).not.toBe(keyOf(training, 1));
});
