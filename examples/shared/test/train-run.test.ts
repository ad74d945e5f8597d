import {mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {evalAugment} from '@contrastive/augment';
import {fromArrays, oneView} from '@contrastive/data';
import {supervised} from '@contrastive/linear-probe';
import * as tfl from '@tensorflow/tfjs-layers';
import {expect, onTestFinished, test, vi} from 'vitest';
import {trainRun} from '../src/index.js';

const steps = 3;
const source = fromArrays({
  ...{images: Uint8Array.from({length: 8 * 16}, (_, i) => (i * 37) % 256), height: 4, width: 4},
  ...{labels: Uint8Array.from({length: 8}, (_, i) => i % 2), classNames: ['a', 'b']},
});

test('a run of all images there are is kept, taken as it is when finished, and another is refused', async () => {
  vi.spyOn(console, 'log').mockReturnValue();
  const folder = mkdtempSync(join(tmpdir(), 'train-run-'));
  const encoder = tfl.sequential({layers: [tfl.layers.flatten({inputShape: [4, 4, 1]})]});
  const method = supervised({encoder, classCount: 2});
  onTestFinished(() => {
    method.dispose();
    encoder.dispose();
    rmSync(folder, {recursive: true});
    vi.restoreAllMocks();
  });
  const starts: number[] = [];
  const run = async (images: number, {saveEvery, silent = false}: {saveEvery?: number; silent?: boolean} = {}) => {
    const plan = {learningRate: 0.1, weightDecay: 0, batchSize: 4, seed: 1, configuration: {images, steps}};
    const often = saveEvery === undefined ? {} : {saveEvery};
    await trainRun(
      folder,
      method,
      resume => {
        starts.push(resume.startStep ?? 0);
        return oneView(source, {augment: evalAugment(), batchSize: 4, seed: 1, steps, ...resume});
      },
      {...plan, ...often, silent},
    );
  };
  await run(Infinity, {saveEvery: 2});
  expect(readdirSync(join(folder, 'checkpoints'))).toEqual(expect.arrayContaining(['step-00000002', 'step-00000003']));
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  await run(Infinity, {silent: true});
  expect(said).not.toHaveBeenCalled();
  await run(Infinity);
  expect(said).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('nothing was left to train'));
  expect(starts).toEqual([0, steps, steps]);
  await expect(run(8)).rejects.toThrow(/images.*"all".*8|images.*8.*"all"/s);
});
