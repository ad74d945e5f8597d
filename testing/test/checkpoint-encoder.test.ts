import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {augmentation, normalize, randomResizedCrop} from '@contrastive/augment';
import {fromArrays, twoViews} from '@contrastive/data';
import {extractFeatures} from '@contrastive/linear-probe';
import {recordedPreparation} from '@contrastive/layers';
import {sgd} from '@contrastive/optim';
import {projectionHead} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {simclr} from '@contrastive/simclr';
import {latestCheckpoint, loadCheckpoint, openRun} from '@contrastive/train/node';
import {afterAll, expect, test} from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'encoders-'));
afterAll(() => {
  rmSync(root, {recursive: true});
});

const [size, steps, seed] = [8, 3, 5];
const images = fromArrays({
  images: Uint8Array.from({length: 12 * size * size * 3}, (_, i) => (i * 7919 + (i % 251) * 31) % 256),
  height: size,
  width: size,
  channels: 3,
});
const normalization = {mean: [0.5, 0.4, 0.3], std: [0.2, 0.3, 0.4]};
const augment = augmentation([randomResizedCrop({size}), normalize(normalization)]);

const newEncoder = () => resnet({depths: [2], width: 8, stem: 'cifar', inputShape: [size, size, 3], seed});

function parts() {
  const encoder = newEncoder();
  const head = projectionHead({inputDim: 8, outputDim: 4, seed});
  const method = simclr({encoder, head});
  const optimizer = sgd(method.parameters, {momentum: 0.9});
  const dispose = (): void => {
    for (const own of [optimizer, method, head, encoder]) own.dispose();
  };
  return {encoder, method, optimizer, dispose};
}

test('a checkpoint keeps how images are prepared, for a finished run and for the encoder alone', async () => {
  const first = parts();
  const run = await openRun(root, {method: first.method, optimizer: first.optimizer});
  const views = twoViews(images, {augment, batchSize: 4, seed, steps});
  for await (const {step} of run.train({views, learningRate: 0.01, seed})) expect(step).toBeLessThan(steps);
  await run.close();
  const preparation = recordedPreparation(first.encoder);
  expect(preparation).toMatchObject({normalization});
  const expected = (await extractFeatures(first.encoder, images)).data;
  first.dispose();

  const again = parts();
  const finished = await openRun(root, {method: again.method, optimizer: again.optimizer, resume: true});
  await finished.close();
  expect(recordedPreparation(again.encoder)).toEqual(preparation);
  expect((await extractFeatures(again.encoder, images)).data).toEqual(expected);
  again.dispose();

  const alone = newEncoder();
  const path = await latestCheckpoint(join(root, 'checkpoints'));
  expect(await loadCheckpoint(path ?? '', {encoder: alone})).toMatchObject({preparation});
  expect(recordedPreparation(alone)).toEqual(preparation);
  expect((await extractFeatures(alone, images)).data).toEqual(expected);

  // a smaller one is not what was trained
  const smaller = resnet({depths: [1], width: 8, stem: 'cifar', inputShape: [size, size, 3], seed});
  await expect(loadCheckpoint(path ?? '', {encoder: smaller})).rejects.toThrow(
    /with method\/encoder\/.*, which this run lacks/,
  );
  expect(recordedPreparation(smaller)).toBeUndefined();
  smaller.dispose();

  // one that was trained on others is refused as it is
  alone.setUserDefinedMetadata({preparation: {channels: 3, size}});
  const before = await alone.getWeights()[0].data();
  await expect(loadCheckpoint(path ?? '', {encoder: alone})).rejects.toThrow(
    'loadCheckpoint: expected images prepared as those that the encoder was trained on',
  );
  expect(await alone.getWeights()[0].data()).toEqual(before);
  alone.dispose();
});
