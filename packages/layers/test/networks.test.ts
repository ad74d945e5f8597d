import {checkNetworks, checkViews, encode, forTraining, recordedPreparation, variablesOf} from '@contrastive/layers';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {afterAll, describe, expect, test} from 'vitest';

const made: tfl.LayersModel[] = [];

function dense(inputShape: number[], units: number): tfl.LayersModel {
  const model = tfl.sequential({layers: [tfl.layers.dense({inputShape, units})]});
  made.push(model);
  return model;
}

function encoder(features: number): tfl.LayersModel {
  const model = tfl.sequential({
    layers: [tfl.layers.flatten({inputShape: [2, 2, 1]}), tfl.layers.dense({units: features})],
  });
  made.push(model);
  return model;
}

function twoOutputs(): tfl.LayersModel {
  const input = tfl.input({shape: [3]});
  const output = (): tfl.SymbolicTensor => tfl.layers.reLU().apply(input) as tfl.SymbolicTensor;
  return tfl.model({inputs: input, outputs: [output(), output()]});
}

afterAll(() => {
  for (const model of made) model.dispose();
});

test('takes an encoder of images, with a head that fits or none', () => {
  expect(() => {
    checkNetworks('caller', {encoder: encoder(5)});
  }).not.toThrow();
  expect(() => {
    checkNetworks('caller', {encoder: encoder(5), head: dense([5], 3)});
  }).not.toThrow();
});

test.each<[string, () => [unknown, tfl.LayersModel?], new (message: string) => Error, string]>([
  ['no model', () => ['resnet'], TypeError, "caller: expected a built LayersModel as encoder, got 'resnet'"],
  [
    'a model that is not built',
    () => [tfl.sequential()],
    TypeError,
    'caller: expected one input and one output of encoder, got 0 and 0',
  ],
  [
    'vectors in',
    () => [dense([4], 2)],
    RangeError,
    'caller: expected images [n, height, width, channels] as the input of encoder, got [n, 4]',
  ],
  [
    'maps out',
    () => [dense([4, 4, 1], 2)],
    RangeError,
    'caller: expected [n, d] as the output of encoder, got [n, 4, 4, 2]',
  ],
  [
    'a head of another size',
    () => [encoder(5), dense([6], 2)],
    RangeError,
    "caller: expected a head that takes the encoder's [n, 5], got one that takes [n, 6]",
  ],
  [
    'a head with two outputs',
    () => [encoder(3), twoOutputs()],
    TypeError,
    'caller: expected one input and one output of head, got 1 and 2',
  ],
])('refuses %s', (_, make, kind, message) => {
  const [model, head] = make();
  const check = (): void => {
    checkNetworks('caller', {encoder: model as tfl.LayersModel, head});
  };
  expect(check).toThrow(kind);
  expect(check).toThrow(message);
});

test('weights are named by network, and images go through both', () => {
  const networks = {encoder: encoder(3), head: dense([3], 2)};
  networks.encoder.layers[1].trainable = false;
  const of = (record: object): string[] => Object.keys(record).map(name => name.split('/')[0]);
  const {parameters, state} = variablesOf(networks);
  expect([of(parameters), of(state)]).toEqual([
    ['head', 'head'],
    ['encoder', 'encoder', 'head', 'head'],
  ]);
  tf.tidy(() => {
    const images = tf.randomUniform([4, 2, 2, 1]);
    const expected = networks.head.predict(networks.encoder.predict(images));
    expect(encode(networks, images)).toBeAllclose(expected, {rtol: 1e-6});
  });
});

describe('views', () => {
  const batch = (shape: number[], dtype: tf.DataType = 'float32'): tf.Tensor => tf.zeros(shape, dtype);
  const fits = [4, 2, 2, 1];

  test.each<[string, number[], number[], tf.DataType, string]>([
    [
      'of another size',
      [4, 3, 3, 1],
      fits,
      'float32',
      'SimCLR: expected [n, 2, 2, 1] as first views, got [4, 3, 3, 1]',
    ],
    ['without rows', fits, [4, 4], 'float32', 'SimCLR: expected [n, 2, 2, 1] as second views, got [4, 4]'],
    ['of two numbers', fits, [3, 2, 2, 1], 'float32', 'got [4, 2, 2, 1] and [3, 2, 2, 1]; row i of both'],
    ['of bytes', fits, fits, 'int32', 'SimCLR: expected float32 images as first views, got int32'],
  ])('%s are refused', (_, first, second, dtype, message) => {
    tf.tidy(() => {
      const views = {first: batch(first, dtype), second: batch(second, dtype)};
      expect(() => {
        checkViews('SimCLR', views, encoder(3));
      }).toThrow(message);
    });
  });

  test('leave with the encoder how they are prepared, in whatever order it is written', async () => {
    const model = encoder(3);
    const check = (preparation?: object): void => {
      tf.tidy(() => {
        checkViews('SimCLR', {first: batch(fits), second: batch(fits), preparation}, model);
      });
    };
    model.setUserDefinedMetadata({author: 'somebody'});
    expect(recordedPreparation(model)).toBeUndefined();
    check();
    expect(recordedPreparation(model)).toBeUndefined();
    check({size: 2, normalization: {mean: [0.5], std: [0.2]}});
    check({normalization: {std: [0.2], mean: [0.5]}, size: 2});
    expect(model.getUserDefinedMetadata()).toEqual({
      author: 'somebody',
      preparation: {size: 2, normalization: {mean: [0.5], std: [0.2]}},
    });
    expect(() => {
      check({size: 2});
    }).toThrow(
      'SimCLR: expected images prepared as those that the encoder was trained on, ' +
        '{"normalization":{"mean":[0.5],"std":[0.2]},"size":2}, got {"size":2}; use an augmentation',
    );
    // how it is judged, the views do not say: what an import knows of it stays
    const judged = {channels: 3, size: 2, crop: 0.9, interpolation: 'bilinear'};
    model.setUserDefinedMetadata({preparation: judged});
    check({channels: 3, size: 2, crop: 1, interpolation: 'bicubic'});
    expect(recordedPreparation(model)).toEqual(judged);
    expect(() => {
      check({channels: 3, size: 4});
    }).toThrow('SimCLR: expected images prepared as those that the encoder was trained on');
    let saved: tf.io.ModelArtifacts = {};
    await model.save(
      tf.io.withSaveHandler(artifacts => {
        saved = artifacts;
        return Promise.resolve({modelArtifactsInfo: {dateSaved: new Date(0), modelTopologyType: 'JSON'}});
      }),
    );
    const loaded = await tfl.loadLayersModel(tf.io.fromMemory(saved));
    for (const copy of [loaded, forTraining(model)]) {
      expect(recordedPreparation(copy)).toEqual(recordedPreparation(model));
      copy.dispose();
    }
  });
});
