import * as tf from '@tensorflow/tfjs-core';
import {imageNetNormalization} from '@contrastive/augment';
import {namedWeights, recordedPreparation} from '@contrastive/layers';
import {expectNoLeaks, formulaImages, ofLargest, sample} from '@contrastive/testing';
import {encoderFrom, type EncoderFromOptions, type ImportedEncoder, type TensorFile} from '@contrastive/weights';
import {describe, expect, test} from 'vitest';
import {encoderOf, encoders, fileOf, preparation, tensorsOf} from './torch-encoders.js';

/** Against torch in double precision. */
const FLOAT32 = 1e-5;

function dispose({encoder, head}: ImportedEncoder): void {
  encoder.dispose();
  head?.dispose();
}

/** The result, given what no shape shows. */
const imported = (name: string, options: EncoderFromOptions = {}): Promise<ImportedEncoder> => {
  const golden = encoderOf(name);
  const {stem, channels} = golden.architecture;
  const unknown = stem === 'cifar' || channels === 1;
  return encoderFrom(fileOf(golden), {
    ...golden.options,
    ...(unknown && {preparation: {...preparation, channels}}),
    ...options,
  });
};

describe.each(encoders)('$name', golden => {
  test('infers like torch, and is what its shapes say', async () => {
    const found = await imported(golden.name);
    expect(found.architecture).toEqual(golden.architecture);
    expect(found.prefix).toBe(golden.prefix);
    expect(found.unused).toEqual([]);
    expect(found.converted).toEqual({});
    const x = formulaImages('images', golden.images);
    const features = found.encoder.predict(x) as tf.Tensor;
    expect(sample(features, 64)).toBeAllclose(golden.features, ofLargest(FLOAT32, golden.features));
    expect(found.head !== undefined).toBe(golden.outputs !== undefined);
    if (golden.outputs && found.head) {
      const outputs = found.head.predict(features) as tf.Tensor;
      expect(sample(outputs, 64)).toBeAllclose(golden.outputs, ofLargest(FLOAT32, golden.outputs));
      outputs.dispose();
    }
    tf.dispose([x, features]);
    dispose(found);
  });

  test('keeps every bit of every weight', async () => {
    const found = await imported(golden.name);
    const values = tensorsOf(golden);
    const ours = new Map(Object.entries(golden.tensors).map(([name, {from}]) => [from, name]));
    for (const {name, variable} of namedWeights(found.encoder, '')) {
      const wanted = values.get(ours.get(name.slice(1)) ?? '') ?? new Float32Array();
      const actual = tf.tidy(() => variable.transpose(variable.rank === 4 ? [3, 2, 0, 1] : undefined).dataSync());
      expect(new Uint32Array(Float32Array.from(actual).buffer), name).toEqual(new Uint32Array(wanted.buffer));
    }
    dispose(found);
  });
});

describe('what is assumed', () => {
  const options = ({assumed}: ImportedEncoder): Record<string, unknown> =>
    Object.fromEntries(assumed.map(({option, value}) => [option, value]));

  test.each<[name: string, family: string, wanted: Record<string, unknown>]>([
    ['torchvision, basic', 'torchvision', {family: 'torchvision', epsilon: 1e-5, preparation: 'imagenet'}],
    ['torchvision, wide', 'torchvision', {family: 'torchvision', epsilon: 1e-5, bottleneckStride: '3x3'}],
    ['MoCo v2', 'moco', {epsilon: 1e-5, bottleneckStride: '3x3', preparation: 'imagenet'}],
    ['SimCLR, converted', 'simclr', {epsilon: 1e-5, bottleneckStride: '3x3'}],
    ['solo-learn, CIFAR', 'solo-learn', {epsilon: 1e-5, stemPadding: 2}],
    ['lightly, its own', 'lightly', {epsilon: 1e-5, stemPadding: 1}],
    ['transformers, bottleneck', 'huggingface', {epsilon: 1e-5, bottleneckStride: '3x3'}],
  ])('of %s is listed', async (name, family, wanted) => {
    const found = await imported(name);
    expect(found.family).toBe(family);
    expect(options(found)).toMatchObject(
      wanted.preparation
        ? {...wanted, preparation: {size: 224, crop: 0.875, normalization: imageNetNormalization}}
        : wanted,
    );
    dispose(found);
  });

  test('is remembered by the encoder, and not assumed where it is said', async () => {
    const said = {epsilon: 1e-5, bottleneckStride: '3x3', preparation, family: 'simclr'} as const;
    const found = await imported('torchvision, bottleneck', said);
    expect(found.assumed).toEqual([]);
    expect(recordedPreparation(found.encoder)).toEqual(preparation);
    dispose(found);
    const simclr = await imported('torchvision, bottleneck', {family: 'simclr'});
    expect(recordedPreparation(simclr.encoder)).toEqual({
      channels: 3,
      size: 224,
      crop: 0.875,
      interpolation: 'bicubic',
    });
    dispose(simclr);
  });

  test('is not where files beside say it', async () => {
    const found = await imported('transformers, bottleneck', {
      config: {model_type: 'resnet', downsample_in_bottleneck: true, hidden_act: 'relu'},
      preprocessor: {
        crop_pct: 0.9,
        do_normalize: true,
        do_resize: true,
        image_mean: [0.5, 0.5, 0.5],
        image_std: [0.25, 0.25, 0.25],
        resample: 3,
        size: {shortest_edge: 192},
      },
    });
    expect(options(found)).toEqual({epsilon: 1e-5});
    expect(recordedPreparation(found.encoder)).toEqual({
      channels: 3,
      size: 192,
      crop: 0.9,
      interpolation: 'bicubic',
      normalization: {mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25]},
    });
    dispose(found);
    const timm = await imported('torchvision, bottleneck', {
      config: {
        architecture: 'resnet50.a1_in1k',
        pretrained_cfg: {
          input_size: [3, 160, 160],
          crop_pct: 0.95,
          interpolation: 'bicubic',
          mean: [0.485, 0.456, 0.406],
          std: [0.229, 0.224, 0.225],
        },
      },
    });
    expect(timm.family).toBe('timm');
    expect(recordedPreparation(timm.encoder)).toMatchObject({size: 160, crop: 0.95, interpolation: 'bicubic'});
    dispose(timm);
    const cropped = await imported('transformers, basic', {
      preprocessor: {
        size: {shortest_edge: 256},
        do_center_crop: true,
        crop_size: 224,
        do_normalize: false,
        resample: 2,
      },
    });
    expect(recordedPreparation(cropped.encoder)).toEqual({
      channels: 3,
      size: 224,
      crop: 0.875,
      interpolation: 'bilinear',
    });
    dispose(cropped);
  });
});

describe('several encoders in a file', () => {
  const golden = encoderOf('MoCo v2');
  /** The file with its encoder twice, under another prefix. */
  function twice(prefix: string): TensorFile {
    const file = fileOf(golden);
    const tensors = new Map(file.tensors);
    for (const [name, info] of file.tensors) tensors.set(name.replace(golden.prefix, prefix), info);
    return {tensors, readFloat32: name => file.readFloat32(name.replace(prefix, golden.prefix))};
  }

  test('of which one follows the other', async () => {
    const found = await encoderFrom(twice('state_dict.module.encoder_k.'));
    expect(found.prefix).toBe('state_dict.module.encoder_q.');
    expect(found.unused.length).toBeGreaterThan(0);
    expect(found.unused.every(name => name.includes('encoder_k'))).toBe(true);
    dispose(found);
    const key = await encoderFrom(twice('state_dict.module.encoder_k.'), {prefix: 'state_dict.module.encoder_k'});
    expect(key.prefix).toBe('state_dict.module.encoder_k.');
    dispose(key);
  });

  test('that are alike', async () => {
    await expect(encoderFrom(twice('other.'))).rejects.toThrow(
      "encoderFrom: expected one encoder in the file, got 2, whose names begin with 'state_dict.module.encoder_q.', " +
        "'other.'; give one of these as prefix.",
    );
    await expect(encoderFrom(twice('other.'), {prefix: 'another'})).rejects.toThrow(
      "expected one of 'state_dict.module.encoder_q.', 'other.' as prefix, got 'another'.",
    );
    await expect(encoderFrom(twice('other.'), {prefix: 'other'})).rejects.toThrow(
      /expected how the encoder's images are prepared as preparation, got nothing that says so for an unknown family/,
    );
  });
});

describe('what is refused', () => {
  const plain = encoderOf('torchvision, bottleneck');
  const without = (file: TensorFile, ...names: string[]): TensorFile => ({
    ...file,
    tensors: new Map([...file.tensors].filter(([name]) => !names.includes(name))),
  });
  const reshaped = (name: string, shape: number[]): TensorFile => fileOf(plain, {[name]: shape});

  test.each<[string, TensorFile, string | RegExp, EncoderFromOptions?]>([
    [
      'missing tensors',
      without(fileOf(plain), 'layer1.0.bn2.running_var', 'conv1.weight'),
      /expected the tensors of a ResNet, got /,
    ],
    [
      'a missing statistic',
      without(fileOf(plain), 'bn1.running_var'),
      "got a file without 'bn1.running_var'; it is incomplete: take a whole checkpoint.",
    ],
    ['a tensor too many', fileOf(plain, {'layer1.0.se.fc.weight': [2, 2]}), "with 'layer1.0.se.fc.weight' besides"],
    [
      'another shape',
      reshaped('layer2.1.bn1.bias', [5]),
      "with 'layer2.1.bn1.bias' of [5] instead of [4]; this network cannot be built by resnet.",
    ],
    [
      'a ResNeXt',
      reshaped('layer1.0.conv2.weight', [2, 1, 3, 3]),
      "expected convolutions of all channels, got 2 groups of 1 channels, as of a ResNeXt, as 'layer1.0.conv2.weight'",
    ],
    ['another stem', reshaped('conv1.weight', [2, 3, 5, 5]), "a stem of 7×7 or 3×3 as 'conv1.weight', got 5×5"],
    ['four channels', reshaped('conv1.weight', [2, 4, 7, 7]), "1 or 3 channels of 'conv1.weight', got 4"],
    ['another head', reshaped('fc.weight', [5, 17]), "expected 16 inputs of 'fc', which the encoder gives, got 17"],
    [
      'a deep stem',
      fileOf({...plain, tensors: {}}, {'conv1.0.weight': [2, 3, 3, 3], 'layer1.0.conv1.weight': [2, 2, 1, 1]}),
      "got a deep stem of three convolutions (timm's resnet…d, …t, …s and ResNeSt)",
    ],
    [
      'a ShuffleNet',
      fileOf({...plain, tensors: {}}, {'conv1.0.weight': [24, 3, 3, 3], 'stage2.0.branch1.0.weight': [24, 1, 3, 3]}),
      "expected the tensors of a ResNet, got 'conv1.0.weight', 'stage2.0.branch1.0.weight'; its layers",
    ],
    ['another network', fileOf({...plain, tensors: {}}, {'vit.cls_token': [1, 1, 8]}), 'got a vision transformer'],
    ['no tensor', fileOf({...plain, tensors: {}}), 'got no tensor; its layers must be called'],
    [
      "timm's others",
      fileOf(plain),
      "a plain ResNet as architecture of config.json, got 'resnetblur50'",
      {config: {architecture: 'resnetblur50'}},
    ],
    [
      'another activation',
      fileOf(plain),
      "expected 'relu' as hidden_act of config.json, got 'gelu'",
      {config: {model_type: 'resnet', hidden_act: 'gelu'}},
    ],
    [
      'a stage of half the size',
      fileOf(plain),
      "got 'downsample_in_first_stage'",
      {config: {model_type: 'resnet', downsample_in_first_stage: true}},
    ],
    ['a stem for small images without a preparation', fileOf(encoderOf('lightly, its own')), 'for lightly, a 3×3 stem'],
  ])('%s', async (_name, file, message, options) => {
    const before = tf.memory().numTensors;
    await expect(encoderFrom(file, options)).rejects.toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each([
    {size: {shortest_edge: 384}},
    {size: {height: 224, width: 256}},
    {size: 224, do_rescale: false},
    {size: 224, do_resize: false},
    {size: 224, do_center_crop: true, crop_size: 256},
  ])('images that are prepared as no preparation says: %j', async preprocessor => {
    await expect(encoderFrom(fileOf(plain), {preprocessor})).rejects.toThrow(
      /expected images of \[0, 1\] that are resized and cropped .* in preprocessor_config.json, got .*; give preparation/,
    );
    const found = await encoderFrom(fileOf(plain), {preprocessor, preparation});
    expect(recordedPreparation(found.encoder)).toEqual(preparation);
    dispose(found);
  });

  test('weights that are no number', async () => {
    const file = fileOf(plain);
    const broken: TensorFile = {
      ...file,
      readFloat32: async name => (await file.readFloat32(name)).fill(NaN, 3, name === 'layer1.0.conv3.weight' ? 4 : 3),
    };
    const before = tf.memory().numTensors;
    await expect(encoderFrom(broken)).rejects.toThrow(
      "encoderFrom: expected finite numbers in 'layer1.0.conv3.weight', got NaN at position 3; the training",
    );
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('variances below 0 are refused by their name', async () => {
  const file = fileOf(encoderOf('torchvision, basic'));
  const name = 'layer1.0.bn2.running_var';
  const broken: TensorFile = {
    ...file,
    readFloat32: async one => (await file.readFloat32(one)).fill(-0.5, 1, one === name ? 2 : 1),
  };
  const before = tf.memory().numTensors;
  await expect(encoderFrom(broken)).rejects.toThrow(
    `encoderFrom: expected variances from 0 on in '${name}', got -0.5 at position 1; the training`,
  );
  expect(tf.memory().numTensors).toBe(before);
});

test('types other than float32 are counted', async () => {
  const file = fileOf(encoderOf('torchvision, basic'));
  const tensors = new Map(
    [...file.tensors].map(([name, info]) => [name, {...info, dtype: name.endsWith('bias') ? 'F64' : 'F16'}]),
  );
  const found = await encoderFrom({...file, tensors});
  expect(found.converted).toEqual({F16: 25, F64: 7});
  dispose(found);
});

test('leaves no tensor behind', async () => {
  const file = fileOf(encoderOf('MoCo v2'));
  await expectNoLeaks(async () => {
    dispose(await encoderFrom(file));
  }, 2);
});
