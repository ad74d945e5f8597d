import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {script} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';
import {everything} from '../src/claims/index.js';
import {measuresOf, valueName} from '../src/figures.js';
import {readResult} from '../src/results.js';

const MINUTES = 60_000;

test(
  'runs every claim and the pilots',
  async () => {
    const {out, run} = script(() => import('../src/main.js'));
    const before = tf.memory().numTensors;
    const {errors} = await run('--quick', '--claim', everything.map(({name}) => name).join());
    expect(errors).toEqual([]);
    expect(tf.memory().numTensors).toBe(before);
    for (const claim of everything) {
      const {settings = []} = readResult(join(out, 'quick', 'results'), claim.name) ?? {};
      expect(settings).toHaveLength(claim.settings.length);
      for (const [i, {cells}] of settings.entries()) {
        const names = measuresOf(claim, claim.settings[i]).map(measure => valueName(claim, measure));
        for (const {values, failed} of cells) {
          expect(failed).toBeUndefined();
          expect(Object.keys(values).sort()).toEqual(names.sort());
          for (const value of Object.values(values)) expect(value >= 0 && value <= 100).toBe(true);
        }
      }
      expect(existsSync(join(out, 'quick', 'lecture', `${claim.name}-en.png`))).toBe(true);
    }
    const page = readFileSync(join(out, 'quick', 'lecture.md'), 'utf8');
    expect(page).not.toContain('Not run yet');
  },
  20 * MINUTES,
);
