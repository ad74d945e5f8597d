import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {imageNetNormalization, mocoV2Augment, simclrAugment, type Augment} from '@contrastive/augment';
import {fromArrays, twoViews} from '@contrastive/data';
import {recordedPreparation} from '@contrastive/layers';
import {extractFeatures} from '@contrastive/linear-probe';
import {mocoV2} from '@contrastive/moco';
import {sgd} from '@contrastive/optim';
import {mocoV2Head, simclrHead} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {simclr} from '@contrastive/simclr';
import {train, type Method} from '@contrastive/train';
import {exportEncoder, importEncoder} from '@contrastive/weights/node';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {afterAll, beforeAll, expect, test} from 'vitest';

const size = 32;
const images = fromArrays({
  images: Uint8Array.from({length: 8 * size * size * 3}, (_, i) => (i * 7919 + ((i * i) % 251) * 31) % 256),
  height: size,
  width: size,
  channels: 3,
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'training-on-'));
  const published = resnet({depths: [1, 1], width: 4, stem: 'imagenet', inputShape: [null, null, 3], seed: 1});
  await exportEncoder(published, join(folder, 'weights'), {format: 'safetensors'}); // as torchvision names them
  published.dispose();
});
afterAll(() => rm(folder, {recursive: true}));

/** Trains a method two steps on views; its losses. */
async function losses(method: Method, augment: Augment): Promise<number[]> {
  const optimizer = sgd(method.parameters, {momentum: 0.9});
  const views = twoViews(images, {augment, batchSize: 4, seed: 1, steps: 2});
  const all: number[] = [];
  for await (const {loss} of train({method, views, optimizer, learningRate: 0.01})) all.push(loss);
  optimizer.dispose();
  return all;
}

const trainings: Readonly<Record<string, (encoder: LayersModel) => Promise<number[]>>> = {
  async SimCLR(encoder) {
    const head = simclrHead(encoder, {outputDim: 4, seed: 2});
    const method = simclr({encoder, head});
    const all = await losses(method, simclrAugment({size, normalization: imageNetNormalization}));
    for (const own of [method, head]) own.dispose();
    return all;
  },
  async 'MoCo v2'(encoder) {
    const head = mocoV2Head(encoder, {outputDim: 4, seed: 2});
    const method = mocoV2({encoder, head, queueSize: 8, seed: 1});
    const all = await losses(method, mocoV2Augment({size}));
    for (const own of [method, head]) own.dispose();
    return all;
  },
};

test.each(Object.entries(trainings))(
  'weights from elsewhere go on by %s, at another size and with their own normalisation',
  async (_name, trainOn) => {
    const {encoder} = await importEncoder(join(folder, 'weights'), {size});
    const preparation = recordedPreparation(encoder);
    expect(preparation).toMatchObject({size, interpolation: 'bilinear', normalization: imageNetNormalization});
    const before = await extractFeatures(encoder, images);
    for (const loss of await trainOn(encoder)) expect(loss).toBeGreaterThan(0);
    expect(recordedPreparation(encoder)).toEqual(preparation);
    const after = await extractFeatures(encoder, images);
    expect(after.data).not.toEqual(before.data);
    expect(after.data.every(Number.isFinite)).toBe(true);
    encoder.dispose();
  },
);

test('views that are normalised otherwise are refused, with both named', async () => {
  const {encoder} = await importEncoder(join(folder, 'weights'), {size});
  const head = simclrHead(encoder, {outputDim: 4, seed: 2});
  const method = simclr({encoder, head});
  await expect(losses(method, simclrAugment({size}))).rejects.toThrow(
    /SimCLR: expected images prepared as .*"normalization":.*, got \{(?!.*normalization).*; use an augmentation of/,
  );
  for (const own of [method, head, encoder]) own.dispose();
});
