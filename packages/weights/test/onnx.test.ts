import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {mocoV2Head, simclrHead} from '@contrastive/projection-head';
import {resnet, resnet18} from '@contrastive/resnet';
import {expectNoLeaks, fillByFormula, formula, formulaImages, ofLargest} from '@contrastive/testing';
import {cut, toOnnx, type ToOnnxOptions} from '@contrastive/weights';
import {describe, expect, test} from 'vitest';
import {float16Of} from '../src/onnx/float16.js';
import {runOnnx} from './run-onnx.js';

/** Sums of single precision in another order. */
const rounding = {atol: 1e-4, rtol: 1e-4};

const applied = (layer: tfl.layers.Layer, ...inputs: tfl.SymbolicTensor[]): tfl.SymbolicTensor =>
  layer.apply(inputs.length === 1 ? inputs[0] : inputs) as tfl.SymbolicTensor;

/** What a network predicts, images with their channels first as the other runtime has them. */
function predicted(model: tfl.LayersModel, input: tf.Tensor): {data: Float32Array; shape: number[]} {
  return tf.tidy(() => {
    const output = model.predict(input) as tf.Tensor;
    const first = output.rank === 4 ? output.transpose([0, 3, 1, 2]) : output;
    return {data: Float32Array.from(first.dataSync()), shape: first.shape};
  });
}

/** Expects a network to calculate in the other runtime what it predicts. */
async function expectSame(
  model: tfl.LayersModel,
  input: tf.Tensor,
  {tolerance = rounding, ...options}: ToOnnxOptions & {tolerance?: {atol: number; rtol: number}} = {},
): Promise<void> {
  const outputs = await runOnnx(await toOnnx(model, options), input);
  const [{data, dims}] = Object.values(outputs);
  const expected = predicted(model, input);
  expect(dims).toEqual(expected.shape);
  expect(Math.max(...expected.data.map(Math.abs))).toBeGreaterThan(0.01);
  expect(data).toBeAllclose(expected.data, tolerance);
}

/** A network of these layers on images of a size, its weights by the formula. */
function sequence(shape: (number | null)[], ...layers: tfl.layers.Layer[]): tfl.LayersModel {
  const input = tfl.input({shape});
  const model = tfl.model({inputs: input, outputs: layers.reduce((x, layer) => applied(layer, x), input)});
  fillByFormula(model);
  return model;
}

/** Blocks as MobileNet has them, of stock layers: 'same' at strides, squeezed and excited. */
function mobile(shape: [number | null, number | null, number]): tfl.LayersModel {
  const input = tfl.input({shape});
  const conv = (filters: number, kernelSize: number, strides: number, x: tfl.SymbolicTensor) =>
    applied(tfl.layers.conv2d({filters, kernelSize, strides, padding: 'same', useBias: false}), x);
  const normed = (x: tfl.SymbolicTensor) =>
    applied(tfl.layers.reLU({maxValue: 6}), applied(tfl.layers.batchNormalization(), x));
  let x = applied(tfl.layers.rescaling({scale: 2, offset: -1}), input);
  x = normed(conv(8, 3, 2, x));
  for (const strides of [2, 1, 2]) {
    const wide = normed(conv(16, 1, 1, x));
    const deep = normed(
      applied(tfl.layers.depthwiseConv2d({kernelSize: 3, strides, padding: 'same', depthMultiplier: 2}), wide),
    );
    const weight = applied(
      tfl.layers.conv2d({filters: 32, kernelSize: 1, activation: 'sigmoid'}),
      applied(tfl.layers.reshape({targetShape: [1, 1, 32]}), applied(tfl.layers.globalAveragePooling2d({}), deep)),
    );
    const narrow = applied(
      tfl.layers.batchNormalization({scale: false}),
      conv(8, 1, 1, applied(tfl.layers.multiply(), deep, weight)),
    );
    x = strides === 1 ? applied(tfl.layers.add(), x, narrow) : narrow;
  }
  const pooled = [
    applied(tfl.layers.maxPooling2d({poolSize: 3, strides: 2, padding: 'same'}), x),
    applied(tfl.layers.averagePooling2d({poolSize: 3, strides: 2, padding: 'same'}), x),
    applied(tfl.layers.separableConv2d({filters: 4, kernelSize: 5, strides: 2, padding: 'same'}), x),
  ];
  const features = applied(tfl.layers.globalAveragePooling2d({}), applied(tfl.layers.concatenate(), ...pooled));
  const model = tfl.model({inputs: input, outputs: applied(tfl.layers.dropout({rate: 0.5}), features)});
  fillByFormula(model);
  return model;
}

describe('toOnnx calculates what predict does', () => {
  test.each([
    ['imagenet', [null, null, 3], [2, 48, 40, 3]],
    ['cifar', [16, 16, 3], [2, 16, 16, 3]],
  ] as const)('resnet18 with the stem for %s', async (stem, inputShape, shape) => {
    const model = resnet18({stem, inputShape, width: 16});
    fillByFormula(model);
    await expectSame(model, formulaImages('images', [...shape]));
    model.dispose();
  });

  test('bottlenecks, and a part of them', async () => {
    const model = resnet({
      depths: [1, 2],
      block: 'bottleneck',
      width: 8,
      innerWidth: 6,
      bottleneckStride: '1x1',
      stemPadding: 2,
      inputShape: [null, null, 1],
    });
    fillByFormula(model);
    const images = formulaImages('images', [3, 33, 29, 1]);
    await expectSame(model, images);
    for (const pool of ['average', 'none'] as const) {
      const part = cut(model, 'layer2.0.relu', {pool});
      await expectSame(part, images);
      part.dispose();
    }
    model.dispose();
  });

  test('heads', async () => {
    const features = tf.tensor(formula('features', 5 * 12), [5, 12]);
    for (const head of [simclrHead(12, {layers: 3, outputDim: 7}), mocoV2Head(12, {outputDim: 7})]) {
      fillByFormula(head);
      await expectSame(head, features);
      head.dispose();
    }
  });

  test.each([
    [
      [null, null, 3],
      [2, 45, 38, 3],
    ],
    [
      [45, 38, 3],
      [2, 45, 38, 3],
    ],
    [
      [null, null, 3],
      [1, 64, 64, 3],
    ],
  ] as const)("a mobile network of stock layers with 'same' at strides, %j on %j", async (input, shape) => {
    const model = mobile([...input]);
    await expectSame(model, formulaImages('images', [...shape]));
    model.dispose();
  });

  test('uneven windows, dilations, zeros on some sides, other merges', async () => {
    const input = tfl.input({shape: [17, 14, 2]});
    const padded = applied(
      tfl.layers.zeroPadding2d({
        padding: [
          [0, 1],
          [2, 3],
        ],
      }),
      input,
    );
    const both = [
      applied(tfl.layers.conv2d({filters: 3, kernelSize: [2, 5], strides: [2, 3]}), padded),
      applied(tfl.layers.depthwiseConv2d({kernelSize: [2, 5], strides: [2, 3], depthMultiplier: 2}), padded),
    ];
    const joined = applied(
      tfl.layers.concatenate({axis: -1}),
      ...both,
      applied(tfl.layers.maxPooling2d({poolSize: [2, 5], strides: [2, 3]}), padded),
    );
    const dilated = applied(
      tfl.layers.conv2d({filters: 9, kernelSize: [3, 2], dilationRate: [2, 3], padding: 'same'}),
      joined,
    );
    const merged = [tfl.layers.average(), tfl.layers.maximum(), tfl.layers.minimum()].map(layer =>
      applied(layer, joined, dilated),
    );
    const flat = applied(tfl.layers.flatten(), applied(tfl.layers.concatenate({axis: 1}), ...merged, dilated));
    const model = tfl.model({inputs: input, outputs: applied(tfl.layers.dense({units: 6}), flat)});
    fillByFormula(model);
    // On processors without AVX-512 native TensorFlow has no depthwise convolution with such strides.
    const backend = tf.getBackend();
    await tf.setBackend('cpu');
    try {
      await expectSame(model, formulaImages('images', [2, 17, 14, 2]));
      model.dispose();
    } finally {
      await tf.setBackend(backend);
    }
  });

  test.each([
    ...['elu', 'hardSigmoid', 'linear', 'relu', 'relu6', 'selu', 'sigmoid', 'softmax'],
    ...['softplus', 'softsign', 'swish', 'tanh'],
  ] as const)('the activation %s', async activation => {
    const model = sequence(
      [4, 5, 2],
      tfl.layers.conv2d({filters: 3, kernelSize: 1, activation}),
      tfl.layers.rescaling({scale: 9, offset: -1}),
      tfl.layers.activation({activation}),
    );
    await expectSame(model, formulaImages('images', [2, 4, 5, 2]));
    model.dispose();
  });

  test('other layers that are activations, and noise', async () => {
    const model = sequence(
      [6, 5, 3],
      tfl.layers.rescaling({scale: 4, offset: -2}),
      tfl.layers.leakyReLU({alpha: 0.2}),
      tfl.layers.elu(),
      tfl.layers.gaussianNoise({stddev: 1}),
      tfl.layers.globalMaxPooling2d({}),
      tfl.layers.reshape({targetShape: [1, 3, 1]}),
      tfl.layers.reshape({targetShape: [-1]}),
      tfl.layers.softmax(),
    );
    await expectSame(model, formulaImages('images', [2, 6, 5, 3]));
    model.dispose();
  });

  test('models within a model, one of them called twice, and layers of one name', async () => {
    const base = tfl.sequential({
      name: 'base',
      layers: [
        tfl.layers.conv2d({filters: 3, kernelSize: 3, padding: 'same', inputShape: [8, 8, 3], name: 'conv'}),
        tfl.layers.batchNormalization({name: 'norm'}),
      ],
    });
    const input = tfl.input({shape: [8, 8, 3]});
    const twice = applied(base, applied(base, input));
    const own = applied(tfl.layers.conv2d({filters: 3, kernelSize: 1, name: 'conv'}), twice);
    const model = tfl.model({inputs: input, outputs: applied(tfl.layers.add(), own, twice)});
    fillByFormula(model);
    const images = formulaImages('images', [2, 8, 8, 3]);
    await expectSame(model, images);
    const begun = tfl.sequential({
      layers: [base, tfl.layers.flatten(), tfl.layers.dense({units: 3, name: 'features'})],
    });
    await expectSame(begun, images, {dtype: 'fp16', tolerance: {atol: 1e-2, rtol: 1e-2}});
    await expectSame(begun, images);
  });
});

describe('toOnnx', () => {
  const small = () => {
    const model = resnet({depths: [1, 1], width: 16, stem: 'cifar', inputShape: [null, null, 3]});
    fillByFormula(model);
    return model;
  };

  test('gives equal networks equal bytes', async () => {
    const [one, other] = [small(), small()];
    for (const dtype of ['fp32', 'fp16', 'int8'] as const)
      expect(await toOnnx(one, {dtype})).toEqual(await toOnnx(other, {dtype}));
    one.dispose();
    other.dispose();
  });

  test.each([
    ['fp16', 0.55, 1e-3],
    ['int8', 0.33, 2e-2],
  ] as const)('keeps kernels as %s', async (dtype, part, rtol) => {
    const model = small();
    const images = formulaImages('images', [4, 16, 16, 3]);
    const whole = await toOnnx(model);
    const kept = await toOnnx(model, {dtype});
    expect(kept.length / whole.length).toBeLessThan(part);
    await expectSame(model, images, {dtype, tolerance: ofLargest(rtol, Array.from(predicted(model, images).data))});
    model.dispose();
  });

  test('rounds to half precision as the other runtime does', async () => {
    const all = Uint16Array.from({length: 0x7c00}, (_, bits) => bits);
    const decoded = Array.from(all, bits =>
      bits < 0x400 ? bits * 2 ** -24 : (1 + (bits % 1024) / 1024) * 2 ** ((bits >> 10) - 15),
    );
    const between = decoded.slice(1).flatMap((value, i) => {
      const middle = (value + decoded[i]) / 2;
      return [middle, middle * (1 - 2 ** -20), middle * (1 + 2 ** -20)];
    });
    const evens = between.map((_, i) => {
      const lower = Math.floor(i / 3);
      return i % 3 === 0 ? lower + (lower % 2) : i % 3 === 1 ? lower : lower + 1;
    });
    expect(float16Of(Float32Array.from(decoded))).toEqual(all);
    expect(float16Of(Float32Array.from(between))).toEqual(Uint16Array.from(evens));
    expect(float16Of(Float32Array.of(-1.5, -0, -65504))).toEqual(Uint16Array.of(0xbe00, 0x8000, 0xfbff));
    for (const bad of [65505, NaN, -Infinity]) expect(float16Of(Float32Array.of(1, bad))).toBeUndefined();
  });

  test('refuses kernels that half precision cannot hold, and weights that are no numbers', async () => {
    const model = tfl.sequential({layers: [tfl.layers.dense({units: 1, inputShape: [1], name: 'fc'})]});
    const set = (kernel: number) => {
      tf.tidy(() => {
        model.setWeights([tf.tensor2d([kernel], [1, 1]), tf.tensor1d([0])]);
      });
    };
    set(70_000);
    await expect(toOnnx(model, {dtype: 'fp16'})).rejects.toThrow(
      "toOnnx: expected numbers up to 65504 in 'fc/kernel' for 'fp16', got others; export it with {dtype: 'fp32'}.",
    );
    set(Infinity);
    for (const dtype of ['fp32', 'fp16', 'int8'] as const)
      await expect(toOnnx(model, {dtype})).rejects.toThrow(
        "toOnnx: expected finite numbers in 'fc/kernel', got Infinity at position 0; the training that it comes from",
      );
    model.dispose();
  });

  test('keeps metadata', async () => {
    const model = small();
    model.setUserDefinedMetadata({preparation: {channels: 3, size: 16}});
    const textIn = async (options: ToOnnxOptions) => Buffer.from(await toOnnx(model, options)).toString('latin1');
    expect(await textIn({})).toContain('{"preparation":{"channels":3,"size":16}}');
    expect(await textIn({metadata: {method: 'simclr'}})).toContain('{"method":"simclr"}');
    model.dispose();
  });

  test('refuses what it cannot write, by name and class', async () => {
    const refused = async (layer: tfl.layers.Layer, message: string) => {
      const model = sequence([4, 4, 2], tfl.layers.conv2d({filters: 2, kernelSize: 1}), layer);
      await expect(toOnnx(model)).rejects.toThrow(message);
      model.dispose();
    };
    await refused(tfl.layers.upSampling2d({name: 'up'}), "got 'up' of UpSampling2D; cut the network before it");
    await refused(
      tfl.layers.activation({activation: 'mish', name: 'act'}),
      "as activation of Activation 'act', got 'mish'; cut the network before it.",
    );
    await refused(
      tfl.layers.globalAveragePooling2d({dataFormat: 'channelsFirst', name: 'pool'}),
      "expected 'channelsLast' as dataFormat of GlobalAveragePooling2D 'pool', got 'channelsFirst'",
    );
    await refused(
      tfl.layers.batchNormalization({axis: 1, name: 'norm'}),
      "expected the channels, the last axis, as axis of BatchNormalization 'norm', got 1",
    );
    await refused(
      tfl.layers.dense({units: 2, name: 'fc'}),
      "expected [n, d] as its input of Dense 'fc', got [null, 4, 4, 2]",
    );
    const input = tfl.input({shape: [4]});
    const [one, other] = [1, 2].map(units => applied(tfl.layers.dense({units}), input));
    await expect(toOnnx(tfl.model({inputs: input, outputs: [one, other]}))).rejects.toThrow(
      'toOnnx: expected a network of one input and one output, got 1 and 2; make a model of those that count.',
    );
  });

  test('leaves no tensor behind', async () => {
    const model = small();
    await expectNoLeaks(() => toOnnx(model, {dtype: 'int8'}), 2);
    model.dispose();
  });
});
