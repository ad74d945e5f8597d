import {resnet, resnet101, resnet152, resnet18, resnet34, resnet50, type ResNetOptions} from '@contrastive/resnet';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {describe, expect, test} from 'vitest';
import {weightOf} from './golden.js';

const small: ResNetOptions = {depths: [1, 1], width: 4, stem: 'cifar', inputShape: [8, 8, 1]};
describe('weights at the start', () => {
  test('follow from the seed and their name alone', () => {
    const [first, again, other, deeper] = [small, small, {...small, seed: 1}, {...small, depths: [2, 1]}].map(resnet);
    const names = first.trainableWeights.map(({originalName}) => originalName);
    for (const name of names) expect(weightOf(again, name)).toBeAllclose(weightOf(first, name), {rtol: 0, atol: 0});
    expect(weightOf(other, 'conv1/kernel')).not.toBeAllclose(weightOf(first, 'conv1/kernel'), {atol: 0.01});
    expect(weightOf(deeper, 'layer2.0.conv2/kernel')).toBeAllclose(weightOf(first, 'layer2.0.conv2/kernel'), {
      rtol: 0,
      atol: 0,
    });
    expect(weightOf(first, 'layer1.0.conv1/kernel')).not.toBeAllclose(weightOf(first, 'layer1.0.conv2/kernel'), {
      atol: 0.01,
    });
  });

  test('are normal with variance 2/(k·k·filters), every convolution', () => {
    const model = resnet({depths: [1, 1], block: 'bottleneck', width: 32, inputShape: [64, 64, 3]});
    const kernels = model.weights.filter(({originalName}) => originalName.endsWith('/kernel'));
    expect(kernels).toHaveLength(9);
    for (const {originalName, shape} of kernels) {
      const [height, width, , filters] = shape.map(Number);
      const standard = tf.div(weightOf(model, originalName), Math.sqrt(2 / (height * width * filters)));
      const {size} = standard; // from 1,024 on
      const {mean, variance} = tf.moments(standard);
      // Four standard errors.
      expect(mean, originalName).toBeAllclose(0, {atol: 4 / Math.sqrt(size)});
      expect(variance, originalName).toBeAllclose(1, {atol: 4 * Math.sqrt(2 / size)});
      // A truncated normal has nothing beyond two deviations, a normal 4.55 %.
      const beyond = tf.mean(tf.cast(tf.greater(tf.abs(standard), 2), 'float32'));
      expect(beyond, originalName).toBeAllclose(0.0455, {atol: 4 * Math.sqrt((0.0455 * 0.9545) / size)});
    }
  });

  test.each([
    ['resnet18', resnet18, 'bn2', 8],
    ['resnet50', resnet50, 'bn3', 16],
  ] as const)(
    'zeroInitLastGamma starts the last γ of every block of %s at 0, and no other',
    (_, build, last, blocks) => {
      for (const zeroInitLastGamma of [true, false]) {
        const gammas = build({width: 2, zeroInitLastGamma}).weights.filter(({originalName}) =>
          originalName.endsWith('/gamma'),
        );
        const zero = gammas.filter(gamma => tf.max(tf.abs(gamma.read())).dataSync()[0] === 0);
        expect(zero).toHaveLength(zeroInitLastGamma ? blocks : 0);
        expect(zero.every(({originalName}) => originalName.endsWith(`.${last}/gamma`))).toBe(true);
        for (const gamma of gammas.filter(one => !zero.includes(one)))
          expect(gamma.read()).toBeAllclose(tf.onesLike(gamma.read()), {rtol: 0, atol: 0});
      }
    },
  );

  test('zeros start nothing but kernels at 0', () => {
    const [zeros, normal] = (['zeros', 'normal'] as const).map(initializer => resnet18({width: 2, initializer}));
    for (const [i, {originalName}] of zeros.weights.entries()) {
      const other = normal.weights[i].read();
      const wanted = originalName.endsWith('/kernel') ? tf.zerosLike(other) : other;
      expect(zeros.weights[i].read(), originalName).toBeAllclose(wanted, {rtol: 0, atol: 0});
    }
  });

  test('a network that starts at zeros says how its weights are drawn, for an untrained one', async () => {
    const [zeros, normal] = (['zeros', 'normal'] as const).map(initializer => resnet18({width: 2, initializer}));
    const modelTopology = zeros.toJSON(undefined, false) as object;
    const drawn = await tfl.loadLayersModel(tf.io.fromMemory({modelTopology}));
    for (const [i, weight] of drawn.weights.entries())
      expect(weight.read(), weight.originalName).toBeAllclose(normal.weights[i].read(), {rtol: 0, atol: 0});
  });

  test('zeroInitLastGamma makes a block its shortcut', () => {
    // In one stage no shortcut is projected: a second block changes nothing.
    const [one, two] = [[1], [2]].map(depths => resnet({...small, depths, zeroInitLastGamma: true}));
    const x = tf.randomUniform([2, 8, 8, 1], 0, 1, 'float32', 1);
    expect(two.predict(x)).toBeAllclose(one.predict(x), {rtol: 0, atol: 0});
  });
});

test('saves and reloads with its names and values', async () => {
  const model = resnet(small);
  const x = tf.randomUniform([2, 8, 8, 1], 0, 1, 'float32', 1);
  model.apply(x, {training: true});
  const saved: tf.io.ModelArtifacts[] = [];
  await model.save(
    tf.io.withSaveHandler(artifacts => {
      saved.push(artifacts);
      return Promise.resolve({modelArtifactsInfo: {dateSaved: new Date(0), modelTopologyType: 'JSON'}});
    }),
  );
  const again = await tfl.loadLayersModel(tf.io.fromMemory(saved[0]));
  expect(again.weights.map(({originalName}) => originalName)).toEqual(
    model.weights.map(({originalName}) => originalName),
  );
  expect(again.predict(x)).toBeAllclose(model.predict(x), {rtol: 0, atol: 0});
  expect(again.apply(x, {training: true}) as tf.Tensor).toBeAllclose(model.apply(x, {training: true}) as tf.Tensor, {
    rtol: 0,
    atol: 0,
  });
});

const makers = {
  resnet: (options: object) => resnet({...small, ...options}),
  resnet18,
  resnet34,
  resnet50,
  resnet101,
  resnet152,
};
type Refusal = [name: keyof typeof makers, options: object, kind: new () => Error, message: string];
const shape = 'expected [height, width, channels], null for any side and 1 (grey) or 3 (RGB) channels, as inputShape';

test.each<Refusal>([
  [
    'resnet',
    {depths: undefined},
    TypeError,
    'expected block counts of one stage or more as depths, got undefined; give a list',
  ],
  ['resnet', {depths: []}, RangeError, 'as depths, got []; give a list such as [2, 2, 2, 2].'],
  ['resnet', {depths: [2, 0]}, RangeError, 'as depths, got [2, 0]; '],
  ['resnet', {depths: 18}, TypeError, 'as depths, got 18; '],
  ['resnet', {block: 'wide'}, RangeError, "expected 'basic' or 'bottleneck' as block, got 'wide'."],
  ['resnet', {block: 2}, TypeError, 'as block, got 2.'],
  ['resnet', {widht: 2}, TypeError, 'got widht; did you mean width?'],
  ...(['resnet', 'resnet18', 'resnet34', 'resnet50', 'resnet101', 'resnet152'] as const).flatMap((name): Refusal[] => [
    [name, {stem: 'mnist'}, RangeError, "expected 'imagenet' or 'cifar' as stem, got 'mnist'."],
    [name, {stem: null}, TypeError, 'as stem, got null.'],
    [name, {width: 1.5}, RangeError, 'expected an integer from 1 on as width, got 1.5.'],
    [name, {width: '64'}, TypeError, "as width, got '64'."],
    [name, {inputShape: [8, 8]}, RangeError, `${shape}, got [8, 8].`],
    [name, {inputShape: [0, 8, 3]}, RangeError, 'as inputShape, got [0, 8, 3].'],
    [name, {inputShape: [8, 8, 4]}, RangeError, 'as inputShape, got [8, 8, 4].'],
    [name, {inputShape: 32}, TypeError, 'as inputShape, got 32.'],
    [name, {zeroInitLastGamma: 1}, TypeError, 'expected true or false as zeroInitLastGamma, got 1.'],
    [name, {seed: 0.1}, RangeError, 'expected an integer as seed, got 0.1.'],
    [name, {seed: '1'}, TypeError, "as seed, got '1'."],
    [name, {name: 18}, TypeError, 'expected text as name, got 18.'],
  ]),
  ['resnet50', {depth: 3}, TypeError, 'resnet50: expected options among width, stem, inputShape, '],
  ['resnet18', {widht: 2}, TypeError, 'got widht; did you mean width?'],
])('%s refuses %j', (name, options, kind, message) => {
  const before = tf.memory().numTensors;
  expect(() => makers[name](options)).toThrow(kind);
  expect(() => makers[name](options)).toThrow(`${name}: expected `);
  expect(() => makers[name](options)).toThrow(message);
  expect(tf.memory().numTensors).toBe(before);
});
