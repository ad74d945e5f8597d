import {checkNetworks} from '@contrastive/layers';
import * as tfl from '@tensorflow/tfjs-layers';
import {afterAll, expect, test} from 'vitest';

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
    checkNetworks('caller', encoder(5));
  }).not.toThrow();
  expect(() => {
    checkNetworks('caller', encoder(5), dense([5], 3));
  }).not.toThrow();
});

test.each<[string, () => [unknown, tfl.LayersModel?], new (message: string) => Error, string]>([
  ['no model', () => ['resnet'], TypeError, 'caller: encoder must be a built LayersModel, got string'],
  [
    'a model that is not built',
    () => [tfl.sequential()],
    TypeError,
    'caller: encoder must have one input and one output, got 0 and 0',
  ],
  [
    'vectors in',
    () => [dense([4], 2)],
    RangeError,
    'caller: the input of encoder must be images [n, height, width, channels], got [n, 4]',
  ],
  [
    'maps out',
    () => [dense([4, 4, 1], 2)],
    RangeError,
    'caller: the output of encoder must be [n, d], got [n, 4, 4, 2]',
  ],
  [
    'a head of another size',
    () => [encoder(5), dense([6], 2)],
    RangeError,
    'caller: the head takes [n, 6], but the encoder gives [n, 5]',
  ],
  [
    'a head with two outputs',
    () => [encoder(3), twoOutputs()],
    TypeError,
    'caller: head must have one input and one output, got 1 and 2',
  ],
])('refuses %s', (_, make, kind, message) => {
  const [model, head] = make();
  const check = (): void => {
    checkNetworks('caller', model as tfl.LayersModel, head);
  };
  expect(check).toThrow(kind);
  expect(check).toThrow(message);
});
