import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {launch, ofLargest, withMpi, type Launcher} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';

const programs = Object.fromEntries(
  ['rank-verbs', 'rank-training'].map(name => [
    name,
    fileURLToPath(new URL(`../programs/${name}.mjs`, import.meta.url)),
  ]),
);
const root = mkdtempSync(join(tmpdir(), 'ranks-'));
const env = {CONTRASTIVE_BACKEND: tf.getBackend()};
afterAll(() => {
  rmSync(root, {recursive: true});
});

/** What a rank printed of what it was given. */
interface Verbs {
  readonly rank: number;
  readonly order: number[];
  readonly [name: string]: unknown;
}

withMpi('what ranks do together', async launcher => {
  // From four ranks on Open MPI sums otherwise.
  for (const ranks of [2, launcher === 'mpirun.openmpi' ? 4 : 3]) {
    const folder = mkdtempSync(join(root, 'verbs-'));
    const {code, output, errors} = await launch(launcher, [programs['rank-verbs'], folder], {ranks, env});
    expect(code, errors).toBe(0);
    const results = output
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Verbs);
    expect(results.map(({rank}) => rank).sort()).toEqual([...Array(ranks).keys()]);
    const all = [...Array(ranks).keys()];
    const sumOf = (f: (rank: number) => number): number => all.reduce((sum, rank) => sum + f(rank), 0);
    for (const {rank, order, ...result} of results) {
      const rows = all.flatMap(one => [0, 1, 2, 3].map(i => 10 * one + i));
      expect(result).toMatchObject({
        localRank: rank,
        localSize: ranks,
        library: expect.stringContaining(launcher === 'mpirun.openmpi' ? 'Open MPI' : 'MPICH') as string,
        gathered: rows,
        gatheredLabels: all.flatMap(one => [one, one + 100]),
        own: rows.slice(4 * rank, 4 * rank + 4),
        permuted: order.flatMap(row => rows.slice(2 * row, 2 * row + 2)),
        sum: [0, 1, 2, 3].map(i => sumOf(one => 10 * one + i)),
        summed: [3, 70_000, 1, 5].map((length, i) => [length, sumOf(one => (one + 1) * (i + 1))]),
        odd: [
          [[280, 250], [sumOf(one => one + 1)]],
          [[280, 250], [sumOf(one => one + 1)]],
          [[], [sumOf(one => one)]],
          [[0, 3], []],
        ],
        inPlace: Array(5).fill([sumOf(one => one + 1)]),
        alive: [rank + 1],
        averaged: [sumOf(one => one) / ranks, sumOf(one => 2 * one) / ranks],
        text: 'grüße',
        extremes: {least: [0, 1 - ranks], most: [ranks - 1, 0]},
        nothing: [],
        trapped: 'memory access out of bounds',
        connectedOnce: true,
        tensorsLeft: 0,
        refusal: expect.stringMatching(/^differs: expected the same numbers on all . ranks.* in rows;/) as string,
      });
      expect(result.came).toEqual(rank === 0 ? undefined : {a: [7], b: [0]});
      if (rank === ranks - 1) continue; // the others wait for this one
      expect(result.waited).toBe(true);
      expect(result.ticks).toBeGreaterThan(2);
    }
  }
});

/** What a rank of a training leaves. */
interface Trained {
  readonly records: readonly {readonly loss: number; readonly metrics?: Readonly<Record<string, number>>}[];
  readonly gradients: Readonly<Record<string, number[]>>;
  readonly state: Readonly<Record<string, number[]>>;
}

/** Trains, and reads what each rank left. */
async function trained(launcher: Launcher | undefined, ranks: number, settings: object): Promise<Trained[]> {
  const out = mkdtempSync(join(root, 'training-'));
  const job = [programs['rank-training'], out, JSON.stringify(settings)];
  const {code, errors} = await launch(launcher, job, {ranks, env});
  expect(code, errors).toBe(0);
  return [...Array(ranks).keys()].map(rank => JSON.parse(readFileSync(join(out, `${rank}.json`), 'utf8')) as Trained);
}

/** Losses of ten steps, which magnify what rounding makes of the first. */
const LOSSES = {atol: 1e-4, rtol: 0};
/** Of each tensor's largest entry. */
const GRADIENTS = 1e-5;

function expectSameTraining(ranks: readonly Trained[], whole: Trained): void {
  const [first, ...others] = ranks;
  for (const other of others) expect(other.state).toEqual(first.state); // bit for bit
  expect(first.records.map(({loss}) => loss)).toBeAllclose(
    whole.records.map(({loss}) => loss),
    LOSSES,
  );
  expect(Object.keys(first.gradients)).toEqual(Object.keys(whole.gradients));
  for (const [name, wanted] of Object.entries(whole.gradients)) {
    const {atol} = ofLargest(GRADIENTS, wanted);
    expect(first.gradients[name], name).toBeAllclose(wanted, {atol, rtol: 0});
  }
  for (const [i, {metrics = {}}] of whole.records.entries())
    for (const [name, value] of Object.entries(metrics))
      expect(first.records[i].metrics?.[name], `${name} of step ${i}`).toBeAllclose(value, {atol: 1e-3, rtol: 0});
}

/** One process on whole batches beside ranks that share them. */
const cases = {
  'SimCLR: negatives and statistics of all ranks': {settings: {method: 'simclr'}, ranks: 2, whole: {}},
  'SimCLR with a loss in blocks, by ranks that begin otherwise': {
    settings: {method: 'simclr', blockSize: 5},
    ranks: 2,
    whole: {},
    shared: {seedByRank: true},
    one: 'mpirun.openmpi',
  },
  'SimCLR with a loss of one’s own, in micro-batches': {
    settings: {method: 'simclr', loss: 'own', fixed: true, steps: 4},
    ranks: 2,
    whole: {},
    shared: {microBatch: 3},
    one: 'mpirun.mpich',
  },
  'SimCLR on four ranks': {settings: {method: 'simclr', steps: 4}, ranks: 4, whole: {}, one: 'mpirun.openmpi'},
  'MoCo: keys shuffled over the ranks, one queue': {settings: {method: 'moco'}, ranks: 2, whole: {splits: 2}},
} satisfies Record<string, {settings: object; ranks: number; whole: object; shared?: object; one?: Launcher}>;

describe.each(Object.entries(cases))('%s', (_, given) => {
  const {settings, ranks, whole} = given;
  let expected: Trained | undefined;
  beforeAll(async () => {
    [expected] = await trained(undefined, 1, {...settings, ...whole});
  });
  withMpi(
    'as one process with the whole batch',
    async launcher => {
      const shared = await trained(launcher, ranks, {...settings, ...('shared' in given ? given.shared : {})});
      expect(expected?.records.length).toBeGreaterThan(3);
      if (expected) expectSameTraining(shared, expected);
      const queue = (one: Trained | undefined): number[] => one?.state['queue/rows'] ?? [];
      if (settings.method === 'moco') {
        expect(queue(expected).length).toBe(40 * 8);
        expect(shared[0].state['queue/position']).toEqual(expected?.state['queue/position']);
        expect(queue(shared[0])).toBeAllclose(queue(expected), {atol: 1e-4, rtol: 0});
      }
    },
    'one' in given ? given.one : undefined,
  );
});

test('a process that nobody launched is by itself', async () => {
  const {code, output, errors} = await launch(undefined, [programs['rank-verbs'], root], {ranks: 1, env});
  expect(code, errors).toBe(0);
  expect(JSON.parse(output)).toMatchObject({
    rank: 0,
    localSize: 1,
    gathered: [0, 1, 2, 3],
    permuted: [2, 3, 0, 1],
    sum: [0, 1, 2, 3],
    averaged: [0, 0],
    refusal: 'none',
    tensorsLeft: 0,
  });
});
