import {existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {recordedPreparation} from '@contrastive/layers';
import {loadEncoder} from '@contrastive/weights/node';
import * as tf from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';
import {call, recordsOf, refusal} from './call.js';
import {encoderIn, photos, temporary} from './images.js';

/** Pictures of two classes, 20 of them, and an encoder. */
async function prepared(): Promise<{readonly root: string; readonly run: string; readonly data: string}> {
  const root = temporary();
  return {root, run: await encoderIn(join(root, 'encoder')), data: await photos(join(root, 'photos'), 20)};
}

test('trains a copy beside random weights and pixels, and leaves encoder, head and figures', async () => {
  const {root, run, data} = await prepared();
  const [out, tensors] = [join(root, 'tuned'), tf.memory().numTensors];
  const before = readFileSync(join(run, 'weights.bin'));
  const args = ['finetune', run, '--train', data, '--test-share', '0.5', '--steps', '2', '--workers', '0'];
  const {code, out: said, errors} = await call(...args, '--out', out);
  expect(code, errors).toBe(0);
  expect(said).toMatch(/raw pixels, linear +\d.*\nrandom weights \(supervised\) +\d.*\nthe encoder +\d/);
  expect(said).toContain(`The network is in ${out}: encoder and head.`);
  expect(readdirSync(out).sort()).toEqual(['encoder', 'finetune.json', 'head']);
  const {rows, trials, chosen} = JSON.parse(readFileSync(join(out, 'finetune.json'), 'utf8')) as {
    readonly rows: readonly {readonly start: string; readonly accuracy: number}[];
    readonly trials: readonly {readonly steps: number}[];
    readonly chosen: {readonly learningRate: number};
  };
  expect(rows.map(({start}) => start)).toEqual(['raw pixels, linear', 'random weights (supervised)', 'the encoder']);
  expect(trials.map(({steps}) => steps)).toEqual([2, 2, 2, 2, 2, 2]);
  expect([0.01, 0.03, 0.1]).toContain(chosen.learningRate);
  expect(readFileSync(join(run, 'weights.bin'))).toEqual(before);
  expect(readFileSync(join(out, 'encoder', 'weights.bin'))).not.toEqual(before);
  const [encoder, head] = [await loadEncoder(join(out, 'encoder')), await loadEncoder(join(out, 'head'))];
  expect(recordedPreparation(encoder)).toEqual({channels: 3, size: 32});
  expect(JSON.stringify(encoder.getUserDefinedMetadata())).not.toContain(root); // it goes to others
  expect(head.outputs[0].shape).toEqual([null, 2]);
  encoder.dispose();
  head.dispose();
  expect(tf.memory().numTensors).toBe(tensors);

  const records = await recordsOf(...args, '--baselines', 'none', '--out', join(root, 'alone'));
  const scores = records.filter(({event}) => event === 'score');
  expect(scores).toMatchObject([{start: 'the encoder', accuracy: rows[2].accuracy}]); // the same seed
});

test('what was stopped goes on from its trials, and comes to the same', async () => {
  const {root, run, data} = await prepared();
  const [whole, out] = [join(root, 'whole'), join(root, 'out')];
  const half = ['--train', data, '--test-share', '0.5', '--baselines', 'none', '--workers', '0'];
  const args = ['finetune', run, ...half, '--steps', '20', '--out'];
  expect((await call(...args, whole)).code).toBe(0);
  const state = {ended: false};
  const running = call(...args, out).finally(() => {
    state.ended = true;
  });
  const begun = join(out, 'begun.json');
  while (!state.ended && !(existsSync(begun) && readFileSync(begun, 'utf8').includes('"crossEntropy"'))) await sleep(2);
  process.listeners('SIGTERM').at(-1)?.('SIGTERM'); // ours, not those of whoever runs the tests
  const {code, errors} = await running;
  expect(code, errors).toBe(143);
  expect(errors).toContain('and trials that were done are kept.\nGo on with the same and --resume.');
  expect(readdirSync(out)).toEqual(['begun.json']);
  expect(await refusal(2, ...args, out)).toContain('where a training was begun.\nGo on with it by --resume');
  expect(await refusal(2, ...args, out, '--resume', '--seed', '7')).toContain('got 7 instead of 1 as --seed.');
  expect(await refusal(2, ...args, join(root, 'new'), '--resume')).toContain('Leave --resume out.');

  const again = await call(...args, out, '--resume');
  expect(again.code, again.errors).toBe(0);
  expect(readdirSync(out).sort()).toEqual(['encoder', 'finetune.json', 'head']);
  for (const file of ['finetune.json', join('encoder', 'weights.bin')])
    expect(readFileSync(join(out, file)).equals(readFileSync(join(whole, file)))).toBe(true);
});

test('what is in the way, missing or too little is told, and nothing is left', async () => {
  const {root, run, data} = await prepared();
  const out = join(root, 'tuned');
  const half = ['--train', data, '--test-share', '0.5', '--out', out];
  expect(await refusal(2, 'finetune', run, '--train', data, '--out', out)).toContain('expected images to be judged by');
  expect(await refusal(2, 'finetune', 'nowhere', ...half)).toContain(
    'got nowhere, which is not there.\nCheck the path.',
  );
  expect(await refusal(2, 'finetune', run, ...half, '--recipe', 'shrot')).toContain("as --recipe, got 'shrot'");
  expect(await refusal(2, 'finetune', data, ...half)).toContain('which has neither in it.\nGive what pretrain had');
  expect(existsSync(out) ? readdirSync(out) : []).toEqual([]);

  const names = readdirSync(join(data, 'b'));
  for (const name of names.slice(2)) rmSync(join(data, 'b', name));
  expect(await refusal(2, 'finetune', run, ...half)).toContain(
    'expected two images of each class or more to learn from as --train, got 1 of b.\nAdd some, or take the class out.',
  );
  mkdirSync(out);
  writeFileSync(join(out, 'thesis.tex'), 'years');
  expect(await refusal(2, 'finetune', run, ...half)).toContain(`got ${out} with thesis.tex in it.\nGive another.`);
  expect(readdirSync(out)).toEqual(['thesis.tex']);
});
