import {batchNorm, namedWeights} from '@contrastive/layers';
import * as tfl from '@tensorflow/tfjs-layers';
import {expect, test} from 'vitest';

const build = (): tfl.Sequential =>
  tfl.sequential({layers: [tfl.layers.dense({name: 'fc', units: 2, inputShape: [3]}), batchNorm({name: 'norm'})]});

const names = [
  'net/fc/kernel',
  'net/fc/bias',
  'net/norm/gamma',
  'net/norm/beta',
  'net/norm/moving_mean',
  'net/norm/moving_variance',
];

test('names weights by layer, whatever else was built', () => {
  const [first, second] = [build(), build()];
  expect(namedWeights(first, 'net').map(({name}) => name)).toEqual(names);
  expect(namedWeights(second, 'net').map(({name}) => name)).toEqual(names);
  expect(namedWeights(first, 'net')[0].variable).toBe(first.getLayer('fc').getWeights()[0]);
  const outer = tfl.sequential({layers: [first]});
  expect(namedWeights(outer, 'net')[0].name).toBe(`net/${first.name}/fc/kernel`);
  first.dispose();
  second.dispose();
});

test('tells what is trained from what could be', () => {
  const model = build();
  const kinds = (key: 'trainable' | 'parameter'): boolean[] => namedWeights(model, 'net').map(weight => weight[key]);
  expect(kinds('trainable')).toEqual([true, true, true, true, false, false]);
  expect(kinds('parameter')).toEqual([true, true, true, true, false, false]);
  model.getLayer('fc').trainable = false;
  expect(kinds('trainable')).toEqual([false, false, true, true, false, false]);
  model.trainable = false;
  expect(kinds('trainable')).toEqual([false, false, false, false, false, false]);
  const parameters = namedWeights(model, 'net')
    .filter(({parameter}) => parameter)
    .map(({name}) => name);
  expect(parameters.sort()).toEqual(names.slice(0, 4).sort());
  model.dispose();
});

test('sees through a layer that wraps another', () => {
  const model = tfl.sequential({
    layers: [
      tfl.layers.timeDistributed({
        layer: tfl.layers.batchNormalization({name: 'norm'}),
        name: 'each',
        inputShape: [4, 3],
      }),
    ],
  });
  expect(namedWeights(model, 'net').map(({parameter}) => parameter)).toEqual([true, true, false, false]);
  model.dispose();
});

test('refuses two weights of one name', () => {
  const twice = (): tfl.layers.Layer => tfl.layers.dense({name: 'fc', units: 3, inputShape: [3]});
  const input = tfl.input({shape: [3]});
  const [a, b] = [
    tfl.sequential({name: 'inner', layers: [twice()]}),
    tfl.sequential({name: 'other', layers: [twice()]}),
  ];
  const joined = tfl.model({inputs: input, outputs: b.apply(a.apply(input)) as tfl.SymbolicTensor});
  expect(() => namedWeights(joined, 'net')).not.toThrow();
  Object.assign(b, {name: 'inner'});
  expect(() => namedWeights(joined, 'net')).toThrow(
    'namedWeights: expected one weight called net/inner/fc/kernel, got two',
  );
  joined.dispose();
});
