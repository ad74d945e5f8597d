import {existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {script} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';
import type {Cell} from '../src/cells.js';
import {readResult, type Result} from '../src/results.js';

/** Plain JavaScript takes minutes for a step of this network. */
const trains = test.skipIf(tf.getBackend() === 'cpu');

const load = () => import('../src/main.js');
const cellsSaid = (lines: readonly string[]): number => lines.filter(line => /, seed \d \(/.test(line)).length;

trains(
  'runs a claim, goes on where it was stopped, and draws from the results',
  async () => {
    const {out, run} = script(load);
    const folder = join(out, 'quick');
    const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
    const before = tf.memory().numTensors;
    const first = await run('--quick', '--claim', 'shuffling');
    expect(first.errors).toEqual([]);
    expect(tf.memory().numTensors).toBe(before);
    expect(first.lines[0]).toMatch(/^lecture with \w+ \(\w+\): shuffling; quick: its figures mean nothing$/);
    expect(first.lines[1]).toMatch(/^ {2}shuffling {2}6 trainings$/);
    expect(cellsSaid(first.lines)).toBe(6);
    expect(first.lines[3]).toMatch(/^shuffling: shuffled, seed 1 \(1 of 6\)$/);
    expect(first.lines[4]).toMatch(/^ {2}kNN \d.* %, linear \d.* % {2}\d+ (?:s|min)\b/);

    const written = (): Result => {
      const found = readResult(join(folder, 'results'), 'shuffling');
      if (found === undefined) throw new Error('expected a result, got none');
      return found;
    };
    const result = written();
    expect(result).toMatchObject({claim: 'shuffling', quick: true});
    expect(result.settings.map(({id, cells}) => [id, cells.map(({seed}) => seed)])).toEqual([
      ['shuffled', [1, 2]],
      ['not shuffled', [1, 2]],
      ['whole batch', [1, 2]],
    ]);
    for (const {values, curve, seconds} of result.settings.flatMap(({cells}) => cells)) {
      expect(Object.keys(values)).toEqual(['kNN', 'linear']);
      // Ten classes, and a training on 96 images: more than a guess.
      expect(values.linear).toBeGreaterThan(15);
      expect(curve?.steps).toHaveLength(6);
      expect(seconds).toBeGreaterThan(0);
    }
    // One start and the same views, other keys.
    const losses = result.settings.map(({cells}) => cells[0].curve?.loss ?? []);
    expect(losses[0]).not.toEqual(losses[1]);
    expect(read('lecture.md')).toContain('A quick run');
    expect(read('lecture.ru.md')).toContain('Быстрый прогон');
    expect(existsSync(join(folder, 'lecture', 'shuffling-ru-dark.png'))).toBe(true);

    // Killed over its last cells: those alone are made again, and come to the same.
    const lines = read('cells.jsonl').trimEnd().split('\n');
    expect(lines).toHaveLength(6);
    writeFileSync(join(folder, 'cells.jsonl'), `${lines.slice(0, -2).join('\n')}\n{"key":`);
    rmSync(join(folder, 'results'), {recursive: true});
    const lost = (JSON.parse(lines[5]) as Cell).key;
    rmSync(join(folder, 'trainings', `moco-${lost}`), {recursive: true});
    const second = await run('--quick', '--claim', 'shuffling');
    expect(second.errors).toEqual([]);
    expect(cellsSaid(second.lines)).toBe(2);
    const again = written();
    const timeless = ({settings}: Result) => settings.map(({cells}) => cells.map(cell => ({...cell, seconds: 0})));
    expect(timeless(again)).toEqual(timeless(result));

    // Finished by its results alone.
    rmSync(join(folder, 'cells.jsonl'));
    const third = await run('--quick', '--claim', 'shuffling');
    expect(cellsSaid(third.lines)).toBe(0);
    expect(third.lines[1]).toMatch(/finished$/);
    expect(third.lines.at(-1)).toMatch(/nothing new/);

    const page = read('lecture.md');
    rmSync(join(folder, 'lecture.md'));
    expect((await run('--quick', '--draw')).errors).toEqual([]);
    expect(read('lecture.md')).toBe(page);
  },
  120_000,
);

test('lists the claims, and says what is wrong with its flags', async () => {
  const {run} = script(load);
  const {lines} = await run('--list', '--claim', 'queue,momentum');
  expect(lines.filter(line => /^(queue|momentum): /.test(line))).toHaveLength(2);
  expect(lines.at(-1)).toMatch(/^ {2}together/);
  expect((await run('--claim', 'moments')).errors).toEqual([
    expect.stringMatching(
      /^lecture: expected claims among pilots, augmentations, .* as --claim, got moments; give one/,
    ),
  ]);
  expect((await run('--list', '--draw')).errors).toEqual([
    'lecture: expected --list without --draw, got both; give one of them: neither runs anything.',
  ]);
  expect((await run('--draw')).errors).toEqual([expect.stringMatching(/^lecture: expected --draw without --out, got/)]);
  expect((await run('--seed', '2')).errors).toEqual([
    expect.stringMatching(
      /^lecture: expected flags among --claim …, .* --quick, got --out .*Unknown option '--seed'\.$/,
    ),
  ]);
  expect(process.exitCode).toBe(1);
});

test('says at the start what is damaged, and where it cannot write', async () => {
  const {out, run} = script(load);
  const results = join(out, 'quick', 'results');
  mkdirSync(results, {recursive: true});
  const damaged = join(results, 'queue.json');
  writeFileSync(damaged, '{"claim":"queue"');
  const start = ['--quick', '--claim', 'shuffling'];
  expect((await run(...start)).errors[0]).toMatch(
    /^lecture: expected the result of a claim in .*queue\.json, got a damaged file \(.*\); restore it, .* or remove it/,
  );
  rmSync(damaged);
  writeFileSync(join(out, 'quick', 'lecture'), '');
  expect((await run(...start)).errors[0]).toMatch(
    /^lecture: expected to write results and pages to .*lecture, got E.*; make it a folder that you may write to/,
  );
});
