import {mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, unlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {fromArrays} from '@contrastive/data';
import {batchNorm, checkViews, forTraining, recordedPreparation} from '@contrastive/layers';
import {extractFeatures} from '@contrastive/linear-probe';
import {expectNoLeaks, nativeOnly} from '@contrastive/testing';
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import {checkExport, exportEncoder, loadEncoder} from '@contrastive/weights/node';

/** Predictions of a reloaded model; only the order of sums may differ. */
const tolerance = {atol: 1e-5, rtol: 1e-5};

/** A residual block on 8×8 images with our BatchNorm, its statistics moved by some training steps. */
function smallResNet(): tfl.LayersModel {
  const input = tfl.input({shape: [8, 8, 1]});
  const stem = tfl.layers
    .conv2d({filters: 4, kernelSize: 3, padding: 'same', useBias: false, name: 'stem'})
    .apply(input);
  const normed = tfl.layers.reLU().apply(batchNorm({name: 'bn1'}).apply(stem));
  const branch = batchNorm({name: 'bn2'}).apply(
    tfl.layers.conv2d({filters: 4, kernelSize: 3, padding: 'same', useBias: false}).apply(normed),
  );
  const sum = tfl.layers.add().apply([branch as tfl.SymbolicTensor, normed as tfl.SymbolicTensor]);
  const model = tfl.model({
    inputs: input,
    outputs: tfl.layers.globalAveragePooling2d({}).apply(sum) as tfl.SymbolicTensor,
  });
  for (let i = 0; i < 3; i++)
    tf.tidy(() => void model.apply(tf.randomNormal([16, 8, 8, 1], 2, 3, 'float32', i), {training: true}));
  return model;
}

let model: tfl.LayersModel;
let images: tf.Tensor;
let expected: tf.Tensor;
let root: string;
let directory: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'contrastive-weights-'));
  model = smallResNet();
  images = tf.randomUniform([5, 8, 8, 1], 0, 1, 'float32', 1);
  expected = model.predict(images) as tf.Tensor;
});

beforeEach(async () => {
  directory = join(await mkdtemp(join(root, 'case-')), 'models', 'encoder');
});

afterAll(async () => {
  tf.dispose([images, expected]);
  model.dispose();
  await rm(root, {recursive: true});
});

function expectSamePredictions(loaded: tfl.LayersModel): void {
  const actual = loaded.predict(images) as tf.Tensor;
  expect(actual).toBeAllclose(expected, tolerance);
  actual.dispose();
}

describe('exportEncoder and loadEncoder', () => {
  test('what is no network is refused', async () => {
    await expect(exportEncoder({parameters: {}} as never, directory)).rejects.toThrow(
      'exportEncoder: expected a LayersModel as encoder, got {"parameters":{}}; give the network itself',
    );
  });

  test('what is frozen stays frozen: as a whole, in a nested model, layer by layer', async () => {
    const frozen = (model: tfl.LayersModel) => model.trainableWeights.map(({originalName}) => originalName);
    const whole = smallResNet();
    whole.trainable = false;
    const base = smallResNet();
    base.trainable = false;
    const nested = tfl.sequential({layers: [base, tfl.layers.dense({units: 3, name: 'd'})]});
    const layer = smallResNet();
    layer.getLayer('stem').trainable = false;
    for (const [i, one] of [whole, nested, layer].entries()) {
      await exportEncoder(one, join(directory, String(i)));
      const loaded = await loadEncoder(join(directory, String(i)));
      for (const copy of [loaded, forTraining(loaded)]) expect(frozen(copy)).toEqual(frozen(one));
    }
    expect([whole, nested].map(one => frozen(one).length)).toEqual([0, 2]);
  });

  test('the way there and back keeps predictions, names and metadata', async () => {
    await exportEncoder(model, directory, {metadata: {method: 'simclr', epochs: 12}});
    expect((await readdir(directory)).toSorted()).toEqual(['model.json', 'weights.bin']);
    expect(await readdir(join(directory, '..'))).toEqual(['encoder']);
    const loaded = await loadEncoder(directory);
    expectSamePredictions(loaded);
    expect(loaded.getUserDefinedMetadata()).toEqual({method: 'simclr', epochs: 12});
    expect(loaded.layers.map(layer => layer.name)).toEqual(model.layers.map(layer => layer.name));
    expect(loaded.countParams()).toBe(model.countParams());
    loaded.dispose();
  });

  test('BatchNorm is written as the stock layer, which opens without ours', async () => {
    await exportEncoder(model, directory);
    const text = await readFile(join(directory, 'model.json'), 'utf8');
    const classes = Array.from(text.matchAll(/"class_name":"(\w*BatchNorm\w*)"/g), match => match[1]);
    expect(classes).toEqual(['BatchNormalization', 'BatchNormalization']);
    const loaded = await loadEncoder(directory);
    const stock = tfl.layers.batchNormalization();
    expect(loaded.getLayer('bn1').constructor).toBe(stock.constructor);
    expect(loaded.getLayer('bn1').getConfig()).toMatchObject({epsilon: model.getLayer('bn1').getConfig().epsilon});
    loaded.dispose();
  });

  nativeOnly('only tfjs-node reads file:// addresses', 'tf.loadLayersModel opens it from the disk', async () => {
    await exportEncoder(model, directory);
    const loaded = await tfl.loadLayersModel(`file://${directory}/model.json`);
    expectSamePredictions(loaded);
    loaded.dispose();
  });

  nativeOnly('only tfjs-node writes file:// addresses', 'opens what model.save wrote, and replaces it', async () => {
    await mkdir(directory, {recursive: true});
    const plain = tfl.sequential({layers: [tfl.layers.dense({units: 2, inputShape: [3]})]});
    await plain.save(`file://${directory}`);
    const loaded = await loadEncoder(directory);
    expect(loaded.getWeights()[0]).toBeAllclose(plain.getWeights()[0]);
    await exportEncoder(model, directory, {overwrite: true});
    expect((await readdir(directory)).toSorted()).toEqual(['model.json', 'weights.bin']);
    loaded.dispose();
    plain.dispose();
  });

  test('keeps a model that is there, unless told to overwrite it', async () => {
    await exportEncoder(model, directory);
    const before = await readFile(join(directory, 'weights.bin'));
    const other = tfl.sequential({layers: [tfl.layers.dense({units: 2, inputShape: [3]})]});
    await expect(exportEncoder(other, directory)).rejects.toThrow(
      /an empty directory, got model.json, weights.bin in .*overwrite: true/,
    );
    expect(await readFile(join(directory, 'weights.bin'))).toEqual(before);
    await exportEncoder(other, directory, {overwrite: true});
    expect((await readFile(join(directory, 'weights.bin'))).length).toBe(8 * 4);
    expect(await readdir(join(directory, '..'))).toEqual(['encoder']);
    other.dispose();
  });

  test('an empty directory is free; one with other files is never replaced', async () => {
    await mkdir(directory, {recursive: true});
    await exportEncoder(model, directory);
    await writeFile(join(directory, 'notes.txt'), 'mine');
    await expect(exportEncoder(model, directory, {overwrite: true})).rejects.toThrow(
      /expected nothing but a model in .*encoder, got notes.txt;/,
    );
    expect(await readFile(join(directory, 'notes.txt'), 'utf8')).toBe('mine');
  });

  test('a place that cannot be written is named with the cause', async () => {
    await writeFile(`${root}/file`, '');
    await expect(exportEncoder(model, `${root}/file/encoder`)).rejects.toMatchObject({
      message: expect.stringMatching(
        /exportEncoder: expected to write .*file\/encoder, got ENOTDIR.*; nothing there was changed: choose/,
      ) as string,
      cause: expect.objectContaining({code: 'ENOTDIR'}) as Error,
    });
  });

  test('whether it could be written is known before, and asking leaves nothing', async () => {
    const above = join(directory, '..', '..');
    await checkExport(directory, {format: 'onnx', dtype: 'fp16', metadata: {epochs: 3}});
    expect(await readdir(above)).toEqual([]);
    await expect(checkExport(directory, {dtype: 'fp16'})).rejects.toThrow(
      /^checkExport: expected 'onnx' or 'transformers' as format beside dtype/,
    );
    await exportEncoder(model, directory);
    const {ino} = await stat(directory);
    await checkExport(directory, {overwrite: true});
    expect((await readdir(directory)).toSorted()).toEqual(['model.json', 'weights.bin']);
    expect((await stat(directory)).ino).toBe(ino);
    expect(await readdir(join(directory, '..'))).toEqual(['encoder']);
    await expect(checkExport(directory)).rejects.toThrow(
      /^checkExport: expected an empty directory, .*overwrite: true/,
    );
    await writeFile(join(directory, 'notes.txt'), 'mine');
    await expect(checkExport(directory, {overwrite: true})).rejects.toThrow(
      /checkExport: expected nothing but a model in .*encoder, got notes.txt; choose a directory of its own/,
    );
    await writeFile(`${root}/file`, '');
    await expect(checkExport(`${root}/file/encoder`)).rejects.toThrow(/checkExport: expected to write .*ENOTDIR/);
    await expect(checkExport(directory, {overwite: true} as never)).rejects.toThrow(/did you mean overwrite\?/);
  });

  test('how the images are prepared travels along, whatever metadata are given', async () => {
    const trained = smallResNet();
    const preparation = {channels: 1, size: 8, normalization: {mean: [0.4], std: [0.2]}} as const;
    checkViews('test', {first: images, second: images, preparation}, trained, true);
    const pixels = Uint8Array.from({length: 3 * 100}, (_, i) => (i * 89) % 256);
    const source = fromArrays({images: pixels, height: 10, width: 10});
    const before = await extractFeatures(trained, source);
    const given = {method: 'simclr', preparation: undefined};
    await exportEncoder(trained, directory, {metadata: given});
    const loaded = await loadEncoder(directory);
    expect(recordedPreparation(loaded)).toEqual(preparation);
    expect(loaded.getUserDefinedMetadata()).toEqual({method: 'simclr', preparation});
    expect(await extractFeatures(loaded, source)).toEqual(before);
    const others = await extractFeatures(model, source);
    expect(others.data).not.toEqual(before.data);
    await exportEncoder(loaded, directory, {overwrite: true, metadata: {epochs: 12}});
    const again = await loadEncoder(directory);
    expect(again.getUserDefinedMetadata()).toEqual({method: 'simclr', epochs: 12, preparation});
    await expect(exportEncoder(trained, directory, {metadata: {preparation: {size: 8}}})).rejects.toThrow(
      'exportEncoder: expected the preparation that the encoder was trained with, {"channels":1,"size":8,' +
        '"normalization":{"mean":[0.4],"std":[0.2]}}, as metadata.preparation, got {"size":8}; leave it out.',
    );
    for (const encoder of [trained, loaded, again]) encoder.dispose();
  });

  test('refuses options that it does not know', async () => {
    await expect(exportEncoder(model, directory, {overwite: true} as object)).rejects.toThrow(
      'exportEncoder: expected options among overwrite, metadata, format, dtype, names, got overwite; did you mean ' +
        'overwrite?',
    );
  });

  test('metadata that JSON cannot hold stops it before anything is written', async () => {
    await expect(exportEncoder(model, directory, {metadata: {size: 1n}})).rejects.toThrow(TypeError);
    await expect(readdir(directory)).rejects.toThrow(/ENOENT/);
  });

  test.each([
    [{f: () => 1}, 'metadata.f, got a function;'],
    [{deep: {n: [1, NaN]}}, 'metadata.deep.n.1, got NaN;'],
    [{at: new Date(0)}, 'metadata.at, got a Date;'],
    [{weights: new Float32Array(2)}, 'metadata.weights, got a Float32Array;'],
  ])('metadata that JSON would change are refused: %o', async (metadata, reason) => {
    await expect(exportEncoder(model, directory, {metadata})).rejects.toThrow(
      `exportEncoder: expected what JSON can hold as ${reason} convert it to text or numbers, or leave it out.`,
    );
    await expect(readdir(directory)).rejects.toThrow('ENOENT');
  });

  test('a name as TensorFlow.js has it is no directory, and model.json stands for its own', async () => {
    for (const wrong of [exportEncoder(model, `file://${directory}`), checkExport('file://x'), loadEncoder('file://x')])
      await expect(wrong).rejects.toThrow(
        /: expected the path of a directory as directory, got 'file:.*leave out file:/,
      );
    await exportEncoder(model, directory);
    const loaded = await loadEncoder(join(directory, 'model.json'));
    expect(loaded.outputs[0].shape).toEqual(model.outputs[0].shape);
    loaded.dispose();
  });

  test.each([
    ['bn2', 'gamma', NaN, 'finite numbers'],
    ['bn1', 'moving_variance', -1, 'variances from 0 on'],
  ])(
    'weights of %s that cannot be are refused, whatever they are written as: %s %d',
    async (name, kind, bad, words) => {
      const diverged = smallResNet();
      const [weight] = diverged.getLayer(name).weights.filter(({originalName}) => originalName.endsWith(kind));
      tf.tidy(() => {
        weight.write(tf.tensor1d([1, 1, bad, 1]));
      });
      const said = `: expected ${words} in '${name}/${kind}', got ${bad} at position 2; the training`;
      for (const format of ['tfjs', 'safetensors', 'onnx', 'transformers'] as const)
        await expect(exportEncoder(diverged, directory, {format})).rejects.toThrow(`exportEncoder${said}`);
      await expect(readdir(directory)).rejects.toThrow('ENOENT');

      await exportEncoder(model, directory);
      const json = JSON.parse(await readFile(join(directory, 'model.json'), 'utf8')) as tf.io.ModelJSON;
      const [{weights}] = json.weightsManifest;
      const place = weights.findIndex(one => one.name === `${name}/${kind}`);
      const before = weights.slice(0, place).reduce((sum, {shape}) => sum + shape.reduce((size, n) => size * n, 1), 0);
      const bytes = await readFile(join(directory, 'weights.bin'));
      bytes.writeFloatLE(bad, 4 * (before + 2));
      await writeFile(join(directory, 'weights.bin'), bytes);
      const tensors = tf.memory().numTensors;
      await expect(loadEncoder(directory)).rejects.toThrow(`loadEncoder: ${directory}${said}`);
      expect(tf.memory().numTensors).toBe(tensors);
      diverged.dispose();
    },
  );

  test('leaves no tensor behind', async () => {
    await expectNoLeaks(async () => {
      await exportEncoder(model, directory, {overwrite: true});
      (await loadEncoder(directory)).dispose();
    }, 2);
  });
});

describe('loadEncoder says what is wrong with', () => {
  test('a missing directory, a missing file', async () => {
    await expect(loadEncoder(directory)).rejects.toThrow(/expected the file .*encoder\/model.json, got ENOENT/);
    await exportEncoder(model, directory);
    await unlink(join(directory, 'weights.bin'));
    await expect(loadEncoder(directory)).rejects.toThrow(/expected the file .*weights.bin, got ENOENT/);
  });

  test('weights that were cut off', async () => {
    await exportEncoder(model, directory);
    const {length} = await readFile(join(directory, 'weights.bin'));
    await truncate(join(directory, 'weights.bin'), length - 4);
    await expect(loadEncoder(directory)).rejects.toThrow(`weights.bin, as model.json says, got ${length - 4};`);
  });

  test('a model.json that was cut off, or is of another kind', async () => {
    await mkdir(directory, {recursive: true});
    const write = (text: string) => writeFile(join(directory, 'model.json'), text);
    await write('{"modelTopology": {');
    await expect(loadEncoder(directory)).rejects.toThrow(/expected JSON in .*model.json, got .* may have been cut off/);
    await write('{"name": "package"}');
    await expect(loadEncoder(directory)).rejects.toThrow(
      /expected modelTopology and weightsManifest of .*, got name of/,
    );
    const keras3 = {
      class_name: 'Sequential',
      config: {
        name: 's',
        layers: [
          {module: 'keras.layers', class_name: 'InputLayer', config: {batch_shape: [null, 4]}, registered_name: null},
        ],
      },
    };
    for (const said of [{keras_version: '3.5.0'}, {}]) {
      await write(JSON.stringify({modelTopology: {...said, ...keras3}, weightsManifest: []}));
      await expect(loadEncoder(directory)).rejects.toThrow(
        /^loadEncoder: expected a model of TensorFlow.js or Keras 2 in .*model.json, got one of Keras 3, .*; save it by/,
      );
    }
    await write('{"format": "graph-model", "modelTopology": {}, "weightsManifest": []}');
    await expect(loadEncoder(directory)).rejects.toThrow(/'layers-model' in .*, got .* of a 'graph-model'/);
  });
});
