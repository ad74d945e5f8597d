import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {batchNorm, namedWeights} from '@contrastive/layers';
import {expectNoLeaks} from '@contrastive/testing';
import {describe, expect, test} from 'vitest';
import {copyWeights} from '@contrastive/layers';
import {copyNetwork, cosineMomentum, updateMomentum} from '../src/index.js';

/** Ten updates in float32. */
const float32 = {rtol: 1e-6, atol: 0};

const network = (units = 2): tfl.LayersModel =>
  tfl.sequential({
    layers: [
      tfl.layers.dense({name: 'stem', units, inputShape: [3]}),
      batchNorm({name: 'norm'}),
      tfl.sequential({name: 'tail', layers: [tfl.layers.dense({name: 'fc', units: 2, inputShape: [units]})]}),
    ],
  });

function fill(model: tfl.LayersModel, value: number): void {
  tf.tidy(() => {
    for (const {variable} of namedWeights(model, '')) variable.assign(tf.fill(variable.shape, value));
  });
}

/** The first number of each weight, by name. */
const values = (model: tfl.LayersModel): Record<string, number> =>
  Object.fromEntries(namedWeights(model, 'net').map(({name, variable}) => [name, variable.dataSync()[0]]));

const parameters = [
  'net/stem/kernel',
  'net/stem/bias',
  'net/norm/gamma',
  'net/norm/beta',
  'net/tail/fc/kernel',
  'net/tail/fc/bias',
];
const statistics = ['net/norm/moving_mean', 'net/norm/moving_variance'];

describe('updateMomentum', () => {
  test.each([false, true])('moves every parameter, no statistic; target frozen: %s', frozen => {
    const [target, source] = [network(), network()];
    fill(target, 1);
    fill(source, 2);
    target.trainable = !frozen;
    for (let i = 0; i < 10; i++) updateMomentum(target, source, 0.9);
    const after = values(target);
    expect(Object.keys(after).sort()).toEqual([...parameters, ...statistics].sort());
    for (const name of parameters) expect(after[name], name).toBeAllclose(1.6513215599, float32); // 2 − 0.9¹⁰
    for (const name of statistics) expect(after[name], name).toBe(1);
    expect(new Set(Object.values(values(source)))).toEqual(new Set([2]));
    target.dispose();
    source.dispose();
  });

  test('gives the sum of both products, bit for bit, of weights of many sizes, and leaves clones as they are', () => {
    const sizes = [3, 257, 259, 1, 7];
    const make = (): tfl.LayersModel =>
      tfl.sequential({
        layers: sizes.slice(1).map((units, i) => tfl.layers.dense({name: `fc${i}`, units, inputShape: [sizes[i]]})),
      });
    const [target, source] = [make(), make()];
    tf.tidy(() => {
      for (const [i, model] of [target, source].entries()) {
        // Some that are too small for float32's full precision, of which TensorFlow makes 0.
        for (const [j, {variable}] of namedWeights(model, '').entries())
          variable.assign(tf.mul(tf.randomNormal(variable.shape, 0, 1, 'float32', 10 * i + j), j === 3 ? 1e-39 : 1));
      }
      const [before, from] = [target, source].map(model => namedWeights(model, '').map(w => tf.clone(w.variable)));
      const old = before.map(one => Array.from(one.dataSync()));
      updateMomentum(target, source, 0.99);
      for (const [i, {variable, name}] of namedWeights(target, '').entries()) {
        const expected = tf.add(tf.mul(before[i], tf.scalar(0.99)), tf.mul(from[i], tf.scalar(1 - 0.99)));
        expect(Array.from(variable.dataSync()), name).toEqual(Array.from(expected.dataSync()));
      }
      expect(before.map(one => Array.from(one.dataSync()))).toEqual(old);
    });
    target.dispose();
    source.dispose();
  });

  test('a frozen source counts too, unless only others are to be followed', () => {
    const [target, source] = [network(), network()];
    fill(target, 1);
    fill(source, 2);
    source.getLayer('stem').trainable = false;
    const only = new Set(namedWeights(source, '').flatMap(({trainable, variable}) => (trainable ? [variable] : [])));
    updateMomentum(target, source, 0, {only});
    expect(values(target)).toMatchObject({'net/stem/kernel': 1, 'net/norm/gamma': 2, 'net/norm/moving_mean': 1});
    updateMomentum(target, source, 0);
    expect(values(target)).toMatchObject({'net/stem/kernel': 2, 'net/norm/moving_mean': 1});
    updateMomentum(source, target, 1);
    expect(values(source)['net/norm/gamma']).toBe(2);
    target.dispose();
    source.dispose();
  });

  test.each([-0.1, 1.1, NaN])('refuses the momentum %s', momentum => {
    const [target, source] = [network(), network()];
    expect(() => {
      updateMomentum(target, source, momentum);
    }).toThrow(RangeError);
    expect(() => {
      updateMomentum(target, source, momentum);
    }).toThrow(`expected a number from 0 to 1 as momentum, got ${momentum}; it is the fraction that stays`);
    target.dispose();
    source.dispose();
  });

  test('refuses networks that do not pair, and changes nothing', () => {
    const [target, wider] = [network(), network(4)];
    const other = tfl.sequential({layers: [tfl.layers.dense({name: 'stem', units: 2, inputShape: [3]})]});
    fill(target, 1);
    fill(wider, 2);
    const update = (a: tfl.LayersModel, b: tfl.LayersModel) => (): void => {
      updateMomentum(a, b, 0.5);
    };
    expect(update(target, wider)).toThrow(
      'got stem/kernel of [3, 2] in the target and [3, 4] in the source; make one as a copy of the other',
    );
    expect(update(target, other)).toThrow(
      'updateMomentum: expected two networks of the same weights, got norm/gamma in the target only',
    );
    expect(update(other, target)).toThrow('got norm/gamma in the source only');
    expect(update(target, target)).toThrow('got one stem/kernel in both');
    expect(new Set(Object.values(values(target)))).toEqual(new Set([1]));
    for (const model of [target, wider, other]) model.dispose();
  });
});

describe('copies', () => {
  test('have everything, running statistics too, and share nothing', () => {
    const source = network();
    fill(source, 3);
    const copy = copyNetwork(source);
    expect(values(copy)).toEqual(values(source));
    expect(copy.trainableWeights).toEqual([]);
    fill(source, 4);
    expect(new Set(Object.values(values(copy)))).toEqual(new Set([3]));
    copyWeights(copy, source);
    expect(new Set(Object.values(values(copy)))).toEqual(new Set([4]));
    copy.dispose();
    expect(new Set(Object.values(values(source)))).toEqual(new Set([4]));
    source.dispose();
  });

  test('compute the same, of models that are no stack too', () => {
    const input = tfl.input({shape: [4, 4, 1]});
    const conv = tfl.layers
      .conv2d({name: 'conv', filters: 3, kernelSize: 3, padding: 'same'})
      .apply(input) as tfl.SymbolicTensor;
    const pool = (name: string): tfl.layers.Layer => tfl.layers.globalAveragePooling2d({name});
    const outputs = tfl.layers
      .add()
      .apply([pool('a').apply(conv), pool('b').apply(batchNorm({name: 'bn'}).apply(conv))] as tfl.SymbolicTensor[]);
    const source = tfl.model({inputs: input, outputs: outputs as tfl.SymbolicTensor});
    source.getLayer('conv').trainable = false; // moves its weights to the end of model.weights
    const copy = copyNetwork(source);
    tf.tidy(() => {
      const x = tf.randomUniform([2, 4, 4, 1], 0, 1, 'float32', 1);
      for (const training of [false, true]) {
        expect(copy.apply(x, {training}) as tf.Tensor).toBeAllclose(source.apply(x, {training}) as tf.Tensor, {
          rtol: 0,
          atol: 1e-6,
        });
      }
      expect(copy.getLayer('bn').getWeights()[2]).toBeAllclose(source.getLayer('bn').getWeights()[2], {
        rtol: 0,
        atol: 1e-6,
      });
    });
    copy.dispose();
    source.dispose();
  });
});

describe('cosineMomentum', () => {
  test('grows from base to 1 and stays', () => {
    const momentum = cosineMomentum({base: 0.99, steps: 200});
    expect([0, 100, 200, 900].map(momentum)).toBeAllclose([0.99, 0.995, 1, 1], {rtol: 1e-12});
    expect(cosineMomentum({steps: 3})(1)).toBeAllclose(1 - 0.01 * 0.75, {rtol: 1e-12});
  });

  test('refuses what is out of range', () => {
    expect(() => cosineMomentum({base: 1.5, steps: 3})).toThrow(
      'cosineMomentum: expected a number from 0 to 1 as base, got 1.5; it is the fraction that stays',
    );
    expect(() => cosineMomentum({steps: 0})).toThrow('cosineMomentum: expected an integer from 1 on as steps, got 0');
    expect(() => cosineMomentum({steps: '9' as never})).toThrow(TypeError);
  });
});

test('no tensor is left', async () => {
  const [target, source] = [network(), network()];
  await expectNoLeaks(() => {
    updateMomentum(target, source, 0.9);
    copyWeights(target, source);
    for (const weight of copyNetwork(source).weights) weight.dispose();
  });
  target.dispose();
  source.dispose();
});
