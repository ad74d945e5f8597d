import {resnet, resnet18, resnet50, type ResNetOptions} from '@contrastive/resnet';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {describe, expect, test} from 'vitest';

const small: ResNetOptions = {depths: [1, 1], width: 4, stem: 'cifar', inputShape: [8, 8, 1]};
const weight = (model: tfl.LayersModel, name: string): tf.Tensor => {
  const found = model.weights.find(({originalName}) => originalName === name);
  if (!found) throw new Error(`no weight ${name}`);
  return found.read();
};

describe('weights at the start', () => {
  test('follow from the seed and their name alone', () => {
    const [first, again, other, deeper] = [small, small, {...small, seed: 1}, {...small, depths: [2, 1]}].map(resnet);
    const names = first.trainableWeights.map(({originalName}) => originalName);
    for (const name of names) expect(weight(again, name)).toBeAllclose(weight(first, name), {rtol: 0, atol: 0});
    expect(weight(other, 'conv1/kernel')).not.toBeAllclose(weight(first, 'conv1/kernel'), {atol: 0.01});
    expect(weight(deeper, 'layer2.0.conv2/kernel')).toBeAllclose(weight(first, 'layer2.0.conv2/kernel'), {
      rtol: 0,
      atol: 0,
    });
    expect(weight(first, 'layer1.0.conv1/kernel')).not.toBeAllclose(weight(first, 'layer1.0.conv2/kernel'), {
      atol: 0.01,
    });
  });

  test('are normal with variance 2/(k·k·filters), every convolution', () => {
    const model = resnet({depths: [1, 1], block: 'bottleneck', width: 32, inputShape: [64, 64, 3]});
    const kernels = model.weights.filter(({originalName}) => originalName.endsWith('/kernel'));
    expect(kernels).toHaveLength(9);
    for (const {originalName, shape} of kernels) {
      const [height, width, , filters] = shape.map(Number);
      const standard = tf.div(weight(model, originalName), Math.sqrt(2 / (height * width * filters)));
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

test.each<[Partial<Record<keyof ResNetOptions, unknown>>, RegExp]>([
  [{depths: []}, /depths with a positive block count.*\[\]/],
  [{depths: [2, 0]}, /depths.*\[2, 0\]/],
  [{depths: 18}, /depths as a list.*18/],
  [{block: 'wide'}, /'basic' or 'bottleneck', got "wide"/],
  [{stem: 'mnist'}, /'imagenet' or 'cifar', got "mnist"/],
  [{width: 1.5}, /positive integer as width, got 1\.5/],
  [{inputShape: [8, 8]}, /\[height, width, channels\], got \[8,8\]/],
  [{inputShape: [0, 8, 3]}, /height and width of inputShape, got \[0,8,3\]/],
  [{inputShape: [8, 8, 4]}, /1 channel \(grey\) or 3 \(RGB\).*\[8,8,4\]/],
  [{seed: 0.1}, /integer as seed, got 0\.1/],
])('refuses %o', (options, message) => {
  const before = tf.memory().numTensors;
  expect(() => resnet({...small, ...options} as ResNetOptions)).toThrow(message);
  expect(tf.memory().numTensors).toBe(before);
});
