import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {script} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';
import type {Results} from '../src/results.js';

const MINUTES = 60_000;

const count = (lines: string[], start: RegExp): number => lines.filter(line => start.test(line)).length;
const aCell = /^\d+\/\d+ {2}/;

test(
  'measures everything, goes on where it stopped, and draws from the file alone',
  async () => {
    const {out, run} = script(() => import('../src/main.js'));
    const before = tf.memory().numTensors;
    const first = await run('--quick');
    expect(first.errors).toEqual([]);
    expect(tf.memory().numTensors).toBe(before);
    expect(first.lines[0]).toMatch(/^fashion-mnist with tensorflow .*, seed 1; quick/);
    expect(first.lines.find(line => line.startsWith('Plan: '))).toMatch(
      /^Plan: 3 trainings and 53 measurements, about \d+ (s|min)/,
    );
    expect(count(first.lines, aCell)).toBe(53);
    expect(count(first.lines, /^(supervised|SimCLR|MoCo v2), seed \d: 10 steps of 16 images$/)).toBe(3);

    const folder = join(out, 'quick');
    const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
    const results = JSON.parse(read('results.json')) as Results;
    expect(results).toMatchObject({quick: true, seeds: [1], sizes: {train: 120, validation: 40, test: 160}});
    for (const {figures} of results.rows) {
      for (const {value, low, high, seeds, confusion} of figures) {
        expect(low <= value && value <= high).toBe(true);
        // Each test image of each seed is somewhere in the matrix, and those on its diagonal are right.
        expect(confusion.reduce((sum, number) => sum + number, 0)).toBe(160 * seeds.length);
        const right = confusion.filter((_, i) => i % 11 === 0).reduce((sum, number) => sum + number, 0);
        expect(right / (160 * seeds.length)).toBeCloseTo(value, 12);
      }
    }
    // 160 raw images tell far more than a guess.
    expect(results.rows[0].figures.find(({protocol}) => protocol === 'logistic')?.value).toBeGreaterThan(0.5);
    expect(read('fashion-mnist.md')).toMatch(/^# Fashion-MNIST\n\nA quick run/);
    for (const name of ['', '-dark']) {
      expect(read(`fashion-mnist-confusion${name}.svg`)).toMatch(/^<svg /);
      expect(
        readFileSync(join(folder, `fashion-mnist-confusion${name}.png`))
          .subarray(1, 4)
          .toString(),
      ).toBe('PNG');
    }

    // Without its last three cells, as after Ctrl-C: those alone are measured again, and come to the same.
    const lines = read('cells.jsonl').trimEnd().split('\n');
    writeFileSync(join(folder, 'cells.jsonl'), `${lines.slice(0, -3).join('\n')}\n{"dataSet":`);
    const second = await run('--quick');
    expect(second.errors).toEqual([]);
    expect(count(second.lines, aCell)).toBe(3);
    const again = JSON.parse(read('results.json')) as Results;
    expect({...again, seconds: 0}).toEqual({...results, seconds: 0});

    const drawn = await run('--results', join(folder, 'results.json'));
    expect(drawn.errors).toEqual([]);
    expect(count(drawn.lines, aCell)).toBe(0);
    expect(readFileSync(join(out, 'fashion-mnist.md'), 'utf8')).toBe(read('fashion-mnist.md'));
    expect(existsSync(join(out, 'results.json'))).toBe(false);
  },
  10 * MINUTES,
);
