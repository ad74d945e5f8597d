import {resnet, type ResNetOptions} from '@contrastive/resnet';
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
    expect(weight(deeper, 'layer2.0.conv2/kernel')).toBeAllclose(weight(first, 'layer2.0.conv2/kernel'), {rtol: 0, atol: 0});
    expect(weight(first, 'layer1.0.conv1/kernel')).not.toBeAllclose(weight(first, 'layer1.0.conv2/kernel'), {atol: 0.01});
  });

  test('are normal with variance 2/(k·k·filters)', () => {
    const kernel = weight(resnet({...small, width: 64}), 'layer1.0.conv1/kernel'); // 36,864 numbers
    const {mean, variance} = tf.moments(kernel);
    const wanted = 2 / (9 * 64);
    // Standard errors: sqrt(variance / n) = 3e-4 and sqrt(2 / n) = 0.7 %; four of them.
    expect(mean).toBeAllclose(0, {atol: 1.3e-3});
    expect(variance).toBeAllclose(wanted, {rtol: 0.03});
    // A truncated normal has nothing beyond two deviations, a normal 4.55 %.
    const beyond = tf.mean(tf.cast(tf.greater(tf.abs(kernel), 2 * Math.sqrt(wanted)), 'float32'));
    expect(beyond).toBeAllclose(0.0455, {atol: 0.0045});
  });

  test('zeroInitLastGamma makes every block its shortcut', () => {
    const model = resnet({...small, zeroInitLastGamma: true});
    expect(weight(model, 'layer1.0.bn2/gamma')).toBeAllclose([0, 0, 0, 0], {atol: 0});
    expect(weight(model, 'layer1.0.bn1/gamma')).toBeAllclose([1, 1, 1, 1], {atol: 0});
    expect(weight(resnet(small), 'layer1.0.bn2/gamma')).toBeAllclose([1, 1, 1, 1], {atol: 0});
    expect(weight(resnet({...small, block: 'bottleneck', zeroInitLastGamma: true}), 'layer2.0.bn3/gamma')).toBeAllclose(new Array(32).fill(0), {atol: 0});
  });
});

test('takes any size where none is given, down to one pixel', () => {
  const model = resnet({...small, inputShape: [null, null, 1]});
  for (const size of [1, 5, 8]) expect((model.predict(tf.zeros([2, size, size + 1, 1])) as tf.Tensor).shape).toEqual([2, 8]);
});

test('saves and reloads with its names and values', async () => {
  const model = resnet(small);
  const x = tf.randomUniform([2, 8, 8, 1], 0, 1, 'float32', 1);
  model.apply(x, {training: true});
  const saved: tf.io.ModelArtifacts[] = [];
  await model.save(tf.io.withSaveHandler(artifacts => {
    saved.push(artifacts);
    return Promise.resolve({modelArtifactsInfo: {dateSaved: new Date(0), modelTopologyType: 'JSON'}});
  }));
  const again = await tfl.loadLayersModel(tf.io.fromMemory(saved[0]));
  expect(again.weights.map(({originalName}) => originalName)).toEqual(model.weights.map(({originalName}) => originalName));
  expect(again.predict(x)).toBeAllclose(model.predict(x), {rtol: 0, atol: 0});
  expect(again.apply(x, {training: true}) as tf.Tensor).toBeAllclose(model.apply(x, {training: true}) as tf.Tensor, {rtol: 0, atol: 0});
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
