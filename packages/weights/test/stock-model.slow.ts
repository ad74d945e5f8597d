import {execFile} from 'node:child_process';
import {createRequire} from 'node:module';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {simclrAugment} from '@contrastive/augment';
import {fromArrays, twoViews} from '@contrastive/data';
import {forTraining, freezeLayers} from '@contrastive/layers';
import {sgd} from '@contrastive/optim';
import {simclrHead} from '@contrastive/projection-head';
import {simclr} from '@contrastive/simclr';
import {formulaImages, sample} from '@contrastive/testing';
import {train} from '@contrastive/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {afterAll, expect, test} from 'vitest';
import {cut, toOnnx} from '../src/index.js';
import {runOnnx} from './run-onnx.js';

/** A package of npm with a MobileNetV2 that TensorFlow.js saved, 25 MB: nothing here made it. */
const PACKAGE = 'nsfwjs@4.3.0';
const [MODEL, WEIGHTS] = ['model.min.js', 'group1-shard1of1.min.js'];
const size = 224;

interface SavedModel {
  readonly modelTopology: object;
  readonly weightsManifest: readonly {readonly weights: tf.io.WeightsManifestEntry[]}[];
}

const folder = mkdtempSync(join(tmpdir(), 'stock-model-'));

afterAll(() => {
  rmSync(folder, {recursive: true});
});

async function published(): Promise<tfl.LayersModel> {
  const run = promisify(execFile);
  await run('npm', ['pack', PACKAGE], {cwd: folder});
  await run('tar', ['-xzf', `${PACKAGE.replace('@', '-')}.tgz`], {cwd: folder});
  const require = createRequire(join(folder, 'package', 'package.json'));
  const read = (name: string): unknown => require(`./dist/models/mobilenet_v2/${name}`);
  const {modelTopology, weightsManifest} = read(MODEL) as SavedModel;
  const weightData = new Uint8Array(Buffer.from(read(WEIGHTS) as string, 'base64')).buffer;
  const weightSpecs = weightsManifest.flatMap(({weights}) => weights);
  return tfl.loadLayersModel(tf.io.fromMemory({modelTopology, weightSpecs, weightData}));
}

/** The largest difference of a network's output by another runtime, as a part of its largest number. */
async function differenceOf(model: tfl.LayersModel, images: tf.Tensor): Promise<number> {
  const expected = model.predict(images) as tf.Tensor;
  const [{data}] = Object.values(await runOnnx(await toOnnx(model), images));
  const numbers = expected.dataSync();
  expected.dispose();
  const largest = (values: Iterable<number>): number =>
    Array.from(values, Math.abs).reduce((a, b) => Math.max(a, b), 0);
  return largest(data.map((value, i) => value - numbers[i])) / largest(numbers);
}

test(
  'a stock model of a stranger is cut, trained on with frozen layers, and written as ONNX',
  {timeout: 600_000},
  async () => {
    const model = await published();
    const images = formulaImages('stock', [2, size, size, 3]);
    expect(await differenceOf(model, images)).toBeLessThan(1e-4);

    const last = model.layers.findLast(layer => layer.getClassName() === 'ReLU' && layer.outputShape.length === 4);
    const features = cut(model, last?.name ?? '');
    expect(features.outputs[0].shape).toEqual([null, 1280]);
    const encoder = forTraining(features);
    const frozen = model.layers
      .slice(0, 20)
      .map(({name}) => name)
      .filter(name => encoder.layers.some(one => one.name === name));
    freezeLayers(encoder, frozen, {statistics: true});
    const weights = (): Record<string, number[]> =>
      Object.fromEntries(
        encoder.layers.flatMap(layer => layer.getWeights().map((w, i) => [`${layer.name}/${i}`, sample(w, 16)])),
      );
    const before = weights();

    const head = simclrHead(encoder, {outputDim: 16, seed: 1});
    const method = simclr({encoder, head});
    const optimizer = sgd(method.parameters);
    const pixels = Uint8Array.from({length: 4 * size * size * 3}, (_, i) => (i * 89) % 251);
    const source = fromArrays({images: pixels, height: size, width: size, channels: 3});
    const views = twoViews(source, {augment: simclrAugment({size}), batchSize: 4, seed: 1, steps: 2});
    for await (const {loss} of train({method, views, optimizer, learningRate: 0.01})) expect(loss).toBeGreaterThan(0);

    const after = weights();
    const moved = Object.keys(before).filter(name => before[name].join() !== after[name].join());
    expect(moved.length).toBeGreaterThan(50);
    expect(moved.filter(name => frozen.includes(name.split('/')[0]))).toEqual([]);
    expect(await differenceOf(encoder, images)).toBeLessThan(1e-4);
  },
);
