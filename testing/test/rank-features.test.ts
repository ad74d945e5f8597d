import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {launch, withMpi, type Launcher} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import {afterAll, expect} from 'vitest';

const program = fileURLToPath(new URL('../programs/rank-features.mjs', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'rank-features-'));
afterAll(() => {
  rmSync(root, {recursive: true});
});

interface Extracted {
  readonly data: number[];
  readonly indices: number[];
  readonly labels: number[];
}

/** What a rank has. */
interface Left {
  readonly features: Extracted;
  readonly backwards: Extracted;
  readonly predictions: number[];
  readonly accuracy: number;
  readonly tensors: number;
}

async function left(launcher: Launcher | undefined, ranks: number): Promise<Left[]> {
  const out = mkdtempSync(join(root, 'run-'));
  const {code, errors} = await launch(launcher, [program, out], {ranks, env: {CONTRASTIVE_BACKEND: tf.getBackend()}});
  expect(code, errors).toBe(0);
  return [...Array(ranks).keys()].map(rank => JSON.parse(readFileSync(join(out, `${rank}.json`), 'utf8')) as Left);
}

withMpi(
  'features and neighbours by ranks are those of one process, on each of them',
  async launcher => {
    const [whole] = await left(undefined, 1);
    expect(whole.features.indices).toHaveLength(23);
    for (const ranks of [2, 3]) {
      for (const rank of await left(launcher, ranks)) {
        for (const name of ['features', 'backwards'] as const) {
          expect(rank[name].indices).toEqual(whole[name].indices);
          expect(rank[name].labels).toEqual(whole[name].labels);
          expect(rank[name].data).toBeAllclose(whole[name].data, {atol: 1e-6, rtol: 1e-5});
        }
        expect(rank.predictions).toEqual(whole.predictions);
        expect(rank.accuracy).toBe(whole.accuracy);
        expect(rank.tensors).toBe(0);
      }
    }
  },
  'mpirun.mpich',
);
