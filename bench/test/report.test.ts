import {mkdtemp, readFile, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {half, memoryNotes, moco, viewsNotes} from '../src/notes.js';
import {formatTable, requireWritable, toResult, writeResults, type Result} from '../src/result.js';

const measured: Result = toResult(
  {name: 'simclr-step-r18-cifar', peer: 'tfjs-stock'},
  {
    ours: {seconds: 1.25, bytes: 1_500_000_000, bytesAbove: 1_250_000_000},
    peer: {seconds: 2.5, bytes: 3_000_040_000, bytesAbove: 2_800_000_000},
  },
);
const alone: Result = toResult(
  {name: 'simclr-step-quickstart', peer: 'pytorch-channels-last'},
  {ours: {seconds: 0.3, bytes: 900_000_000, bytesAbove: 700_000_000}, peer: {event: 'absent', reason: 'no torch'}},
);

test('a result has the agreed fields, nulls for an absent peer', () => {
  expect(measured).toEqual({
    name: 'simclr-step-r18-cifar',
    peer: 'tfjs-stock',
    oursSeconds: 1.25,
    peerSeconds: 2.5,
    ratio: 0.5,
    oursMegabytes: 1500,
    peerMegabytes: 3000,
    oursMegabytesAbove: 1250,
    peerMegabytesAbove: 2800,
  });
  expect(alone).toMatchObject({
    oursSeconds: 0.3,
    peerSeconds: null,
    ratio: null,
    peerMegabytes: null,
    peerMegabytesAbove: null,
  });
});

test('the table is aligned, a dash where there is no figure', () => {
  expect(formatTable([measured, alone])).toBe(
    [
      'row                     peer                   ours s  peer s  ratio  ours MB  peer MB  ours +MB  peer +MB',
      '──────────────────────  ─────────────────────  ──────  ──────  ─────  ───────  ───────  ────────  ────────',
      'simclr-step-r18-cifar   tfjs-stock              1.250   2.500   0.50     1500     3000      1250      2800',
      'simclr-step-quickstart  pytorch-channels-last   0.300       –      –      900        –       700         –',
    ].join('\n'),
  );
});

test('seconds of a view are not rounded to nothing', () => {
  expect(formatTable([{...measured, oursSeconds: 4e-5, peerSeconds: 1.1e-4}])).toMatch(/ 0\.000040 {2}0\.000110 /);
});

test('memory is compared where both rows were measured, of the peer where it ran', () => {
  const row = (name: string, ours: number, peer: number | null): Result => ({
    ...measured,
    name,
    oursMegabytes: ours,
    peerMegabytes: peer,
  });
  expect(memoryNotes([row(half, 1000, 800), measured, row(moco, 1100, 1000)])).toEqual([
    'Memory of moco-step-r18-cifar over simclr-step-r18-half: 1.10 (ours).',
    'Memory of moco-step-r18-cifar over simclr-step-r18-half: 1.25 (tfjs-stock).',
  ]);
  expect(memoryNotes([row(half, 1000, null), row(moco, 1100, null)])).toHaveLength(1);
  expect(memoryNotes([measured, row(moco, 1100, 1000)])).toEqual([]);
});

test('views are also told by the second, and what they cost a step in percent', () => {
  const cifar: Result = {
    ...measured,
    name: 'views-cifar-32',
    peer: 'torchvision-pil',
    oursSeconds: 4e-5,
    peerSeconds: 1e-4,
    ratio: 0.4,
  };
  const step: Result = {...measured, name: 'step-with-views-r18-cifar', peer: 'fixed-views', ratio: 1.0149};
  expect(viewsNotes([measured, cifar, {...cifar, peerSeconds: null, ratio: null}, step])).toEqual([
    'Views a second in views-cifar-32: 25,000 (ours), 10,000 (torchvision-pil).',
    'Views a second in views-cifar-32: 25,000 (ours).',
    'Making the views changes the time of a step in step-with-views-r18-cifar by +1.5 %.',
  ]);
});

test('the JSON file is a list, written in whole or not at all', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  try {
    await writeResults(join(folder, 'bench.json'), [measured, alone]);
    expect(JSON.parse(await readFile(join(folder, 'bench.json'), 'utf8'))).toEqual([measured, alone]);
    await expect(writeResults(join(folder, 'missing', 'bench.json'), [measured])).rejects.toThrow('ENOENT');
    await requireWritable(join(folder, 'bench.json')); // and leaves it
    for (const file of [join(folder, 'missing', 'bench.json'), folder])
      await expect(requireWritable(file)).rejects.toThrow(/bench: expected a file that can be written as --json, got/);
    expect(await readdir(folder)).toEqual(['bench.json']);
  } finally {
    await rm(folder, {recursive: true});
  }
});
