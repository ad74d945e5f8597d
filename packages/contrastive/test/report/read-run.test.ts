import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {nameApart, readRun} from '../../src/report/collect/read-run.js';
import {makeRoot} from './sample-run.js';

const {root, remove} = makeRoot();
afterAll(remove);

let made = 0;

/** A folder with these files. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = join(root, `run-${++made}`);
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

const lines = (...records: readonly object[]): string => records.map(one => `${JSON.stringify(one)}\n`).join('');

test('numbers of records, of metrics and of seconds become series, in order', async () => {
  const log = lines(
    {
      step: 0,
      epoch: 0,
      loss: 3,
      learningRate: 0.1,
      metrics: {contrastiveAccuracy: 0.25},
      seconds: {views: 1, update: 2},
    },
    {step: 1, epoch: 0, loss: 2, learningRate: 0.2, remark: 'it collapses', seconds: {views: 3, update: 4}},
    {
      step: 2,
      epoch: 1,
      loss: null,
      learningRate: 0.3,
      metrics: {contrastiveAccuracy: 0.75},
      seconds: {views: 0, update: 0},
    },
  );
  const {training} = await readRun(folderOf({'metrics.jsonl': log}));
  expect(training).toMatchObject({steps: 3, epochs: 2, seconds: 10, remarks: [{step: 1, text: 'it collapses'}]});
  expect(training?.series.map(({name, steps, mean, dropped}) => ({name, steps, mean, dropped}))).toEqual([
    {name: 'loss', steps: [0, 1], mean: [3, 2], dropped: 1},
    {name: 'learningRate', steps: [0, 1, 2], mean: [0.1, 0.2, 0.3], dropped: 0},
    {name: 'contrastiveAccuracy', steps: [0, 2], mean: [0.25, 0.75], dropped: 0},
  ]);
  expect(training?.phases.map(({name, mean}) => ({name, mean}))).toEqual([
    {name: 'views', mean: [1, 3, 0]},
    {name: 'update', mean: [2, 4, 0]},
  ]);
});

test('a log of other fields is drawn as it is; lines without a step are counted', async () => {
  const log = lines({note: 'began'}, {step: 5, 'my loss': 1, __proto__x: 2, text: 'a'}, {step: 6, 'my loss': 3});
  const {training} = await readRun(folderOf({'metrics.jsonl': log}));
  expect(training).toMatchObject({steps: 2, strayLines: 1});
  expect(training?.series.map(({name}) => name)).toEqual(['my loss', '__proto__x']);
});

test('half a line at the end is dropped, a whole one without a line feed is not', async () => {
  const whole = lines({step: 0, loss: 1});
  const cut = await readRun(folderOf({'metrics.jsonl': `${whole}{"step": 1, "lo`}));
  expect(cut.training?.steps).toBe(1);
  const last = await readRun(folderOf({'metrics.jsonl': `${whole}{"step": 1, "loss": 2}`}));
  expect(last.training?.steps).toBe(2);
});

test('a run without a log, or with an empty one, has no training', async () => {
  expect((await readRun(folderOf({'config.json': '{"method": "simclr"}'}))).training).toBeUndefined();
  expect((await readRun(folderOf({'metrics.jsonl': ''}))).training).toBeUndefined();
});

test('results of probes get intervals where they have none', async () => {
  const rows = [
    {features: 'raw pixels', labels: 100, classifier: {accuracy: 0.5}},
    {features: 'trained', labels: 100, neighbours: {accuracy: 0.5, interval: [0.4, 0.9]}},
  ];
  const {probe} = await readRun(folderOf({'probe.json': JSON.stringify({testImages: 100, rows})}));
  // statsmodels: proportion_confint(50, 100, method='wilson')
  expect(probe?.entries[0].low).toBeCloseTo(0.4038315, 6);
  expect(probe?.entries[0].high).toBeCloseTo(0.5961685, 6);
  expect(probe?.entries).toMatchObject([
    {encoder: 'raw', classifier: 'linear classifier', labels: 100, accuracy: 0.5},
    {encoder: 'trained', classifier: 'nearest neighbours', labels: 100, accuracy: 0.5, low: 0.4, high: 0.9},
  ]);
});

test.each([
  [
    'a folder of no run',
    {'notes.txt': ''},
    /expected the folder of a run as runs, got .* which has none of metrics.jsonl/,
  ],
  [
    'a line that is no record',
    {'metrics.jsonl': '{"step": 0}\n[1]\n{"step": 1}\n'},
    /expected a record as line 2 of .*metrics.jsonl, got '\[1\]'/,
  ],
  [
    'lines without steps',
    {'metrics.jsonl': lines({a: 1}, {a: 2})},
    /expected lines with a step and numbers in .*, got 2 lines of 'a'/,
  ],
  ['a configuration that is no JSON', {'config.json': '{'}, /expected JSON in .*config.json, got/],
  ['a configuration that is a list', {'config.json': '[]'}, /expected a record in .*config.json, got \[\]/],
  [
    'results without rows',
    {'probe.json': '{"rows": []}'},
    /expected an integer from 1 on as testImages of .*probe.json, got undefined/,
  ],
  [
    'an accuracy in percent',
    {'probe.json': '{"testImages": 9, "rows": [{"features": "trained", "labels": 1, "classifier": {"accuracy": 72}}]}'},
    /expected a number from 0 to 1 as rows\[0\].classifier.accuracy of .*probe.json, got 72/,
  ],
  [
    'a confusion matrix that is none',
    {'probe.json': '{"testImages": 9, "rows": [], "confusion": {"by": "x", "classNames": ["a", "b"], "counts": [1]}}'},
    /expected 4 integers from 0 on as confusion.counts of .*probe.json, got \[1\]/,
  ],
])('%s is an error that says so', async (_, files, message) => {
  await expect(readRun(folderOf(files as Record<string, string>))).rejects.toThrow(message);
});

test('a folder that is not there, and a file, are errors', async () => {
  await expect(readRun(join(root, 'nowhere'))).rejects.toThrow(
    /expected the folder of a run as runs, got '.*nowhere': ENOENT/,
  );
  await expect(readRun(join(folderOf({a: ''}), 'a'))).rejects.toThrow(/ENOTDIR/);
});

test('runs of one name are told apart', () => {
  const run = {configuration: {}, environment: {}};
  expect(
    nameApart([
      {...run, name: 'a'},
      {...run, name: 'b'},
      {...run, name: 'a'},
    ]).map(({name}) => name),
  ).toEqual(['a', 'b', 'a (2)']);
});
