import {mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {resnet} from '@contrastive/resnet';
import {expectNoLeaks, fillByFormula, formulaImages} from '@contrastive/testing';
import {cut, toOnnx} from '@contrastive/weights';
import {checkExport, exportEncoder} from '@contrastive/weights/node';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {runOnnx} from './run-onnx.js';

const rounding = {atol: 1e-4, rtol: 1e-4};
const normalization = {mean: [0.4, 0.5, 0.6], std: [0.2, 0.25, 0.3]};

let folder: string;
let target: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'export-onnx-'));
  target = join(folder, 'encoder');
});
afterEach(() => rm(folder, {recursive: true}));

/** A small encoder, with a record of how its images are prepared. */
function encoderOf(preparation?: object, channels = 3): tfl.LayersModel {
  const model = resnet({depths: [1, 1], width: 8, stem: 'cifar', inputShape: [null, null, channels]});
  fillByFormula(model);
  if (preparation) model.setUserDefinedMetadata({preparation});
  return model;
}

const readJson = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(target, name), 'utf8'));

const features = (encoder: tfl.LayersModel, images: tf.Tensor): Float32Array =>
  tf.tidy(() => Float32Array.from((encoder.predict(images) as tf.Tensor).dataSync()));

describe("exportEncoder with {format: 'onnx'}", () => {
  test.each([
    ['fp32', 'model.onnx'],
    ['fp16', 'model_fp16.onnx'],
    ['int8', 'model_int8.onnx'],
  ] as const)('writes what toOnnx makes, as %s', async (dtype, name) => {
    const encoder = encoderOf();
    await exportEncoder(encoder, target, {format: 'onnx', dtype, metadata: {method: 'simclr'}});
    expect(await readdir(target)).toEqual([name]);
    const bytes = await readFile(join(target, name));
    expect(new Uint8Array(bytes)).toEqual(await toOnnx(encoder, {dtype, metadata: {method: 'simclr'}}));
    encoder.dispose();
  });

  test('replaces other formats and is replaced, and nothing else', async () => {
    const encoder = encoderOf({channels: 3, size: 16, crop: 1, interpolation: 'bicubic'});
    const formats = ['tfjs', 'transformers', 'onnx', 'safetensors', 'transformers', 'transformers', 'tfjs'] as const;
    for (const format of formats) await exportEncoder(encoder, target, {format, overwrite: true});
    expect((await readdir(target)).toSorted()).toEqual(['model.json', 'weights.bin']);
    await exportEncoder(encoder, target, {format: 'transformers', overwrite: true});
    await expect(exportEncoder(encoder, target, {format: 'onnx'})).rejects.toThrow(
      'expected an empty directory, got config.json, onnx/model.onnx, preprocessor_config.json in',
    );
    await checkExport(target, {overwrite: true});
    await writeFile(join(target, 'onnx', 'model_q4.onnx'), 'mine');
    const foreign = /expected nothing but a model in .*encoder, got onnx\/model_q4.onnx;/;
    await expect(exportEncoder(encoder, target, {format: 'onnx', overwrite: true})).rejects.toThrow(foreign);
    await expect(checkExport(target, {overwrite: true})).rejects.toThrow(foreign);
    expect(await readFile(join(target, 'onnx', 'model_q4.onnx'), 'utf8')).toBe('mine');
    const file = join(folder, 'file');
    await mkdir(file);
    await writeFile(join(file, 'onnx'), 'mine');
    await expect(exportEncoder(encoder, file, {overwrite: true})).rejects.toThrow(/got onnx; choose/);
    encoder.dispose();
  });

  test('has options of its own', async () => {
    const encoder = encoderOf();
    await expect(exportEncoder(encoder, target, {dtype: 'fp16'})).rejects.toThrow(
      "exportEncoder: expected 'onnx' or 'transformers' as format beside dtype, got undefined; leave dtype out, or " +
        "pass {format: 'onnx'}.",
    );
    await expect(exportEncoder(encoder, target, {format: 'onnx', names: 'huggingface'})).rejects.toThrow(
      "expected 'safetensors' as format beside names, got 'onnx'; leave names out, or pass {format: 'safetensors'}.",
    );
    encoder.dispose();
  });
});

describe("exportEncoder with {format: 'transformers'}", () => {
  test('writes the network with the outputs of a ResNetModel, and how images are prepared', async () => {
    const preparation = {channels: 3, size: 56, crop: 0.875, interpolation: 'bicubic', normalization};
    const encoder = encoderOf(preparation);
    await exportEncoder(encoder, target, {format: 'transformers'});
    expect((await readdir(target)).toSorted()).toEqual(['config.json', 'onnx', 'preprocessor_config.json']);
    expect(await readJson('config.json')).toEqual({
      architectures: ['ResNetModel'],
      model_type: 'resnet',
      num_channels: 3,
      hidden_sizes: [16],
      'transformers.js_config': {dtype: 'fp32'},
    });
    expect(await readJson('preprocessor_config.json')).toEqual({
      image_processor_type: 'ConvNextImageProcessor',
      do_resize: true,
      size: {shortest_edge: 56},
      crop_pct: 0.875,
      resample: 1,
      do_convert_rgb: true,
      do_rescale: true,
      rescale_factor: 1 / 255,
      do_normalize: true,
      image_mean: normalization.mean,
      image_std: normalization.std,
    });
    const images = formulaImages('images', [2, 56, 56, 3]);
    const outputs = await runOnnx(await readFile(join(target, 'onnx', 'model.onnx')), images);
    expect(Object.keys(outputs)).toEqual(['last_hidden_state', 'pooler_output']);
    expect(outputs.pooler_output.dims).toEqual([2, 16, 1, 1]);
    expect(outputs.pooler_output.data).toBeAllclose(features(encoder, images), rounding);
    const maps = cut(encoder, 'layer2.0.relu', {pool: 'none'});
    expect(outputs.last_hidden_state.dims).toEqual([2, 16, 28, 28]);
    const expected = tf.tidy(() => (maps.predict(images) as tf.Tensor).transpose([0, 3, 1, 2]));
    expect(outputs.last_hidden_state.data).toBeAllclose(expected, rounding);
    tf.dispose([images, expected]);
    maps.dispose();
    encoder.dispose();
  });

  test.each([undefined, {mean: [0.3], std: [0.4]}])(
    'makes grey of colours for grey images, normalised by %j',
    async given => {
      const preparation = {channels: 1, size: 16, ...(given && {normalization: given})};
      const encoder = encoderOf(preparation, 1);
      await exportEncoder(encoder, target, {format: 'transformers', dtype: 'int8'});
      expect(await readdir(join(target, 'onnx'))).toEqual(['model_int8.onnx']);
      expect(await readJson('config.json')).toMatchObject({'transformers.js_config': {dtype: 'int8'}});
      const processor = (await readJson('preprocessor_config.json')) as Record<string, unknown>;
      expect(processor).toMatchObject({
        do_normalize: false,
        do_convert_rgb: true,
        size: {shortest_edge: 16},
        crop_pct: 1,
      });
      expect(processor).not.toHaveProperty('image_mean');
      const {mean, std} = given ?? {mean: [0], std: [1]};
      const colours = formulaImages('images', [2, 16, 16, 3]);
      await exportEncoder(encoder, target, {format: 'transformers', overwrite: true});
      const outputs = await runOnnx(await readFile(join(target, 'onnx', 'model.onnx')), colours);
      const grey = tf.tidy(() => {
        const sum = colours.mul(tf.tensor1d([0.299, 0.587, 0.114])).sum(3, true);
        return sum.sub(mean[0]).div(std[0]);
      });
      expect(outputs.pooler_output.data).toBeAllclose(features(encoder, grey), rounding);
      tf.dispose([colours, grey]);
      encoder.dispose();
    },
  );

  test('takes encoders that end otherwise', async () => {
    const preparation = {channels: 3, size: 8, crop: 1, interpolation: 'bilinear'};
    const images = formulaImages('images', [2, 8, 8, 3]);
    const conv = tfl.layers.conv2d({filters: 5, kernelSize: 3, strides: 2, inputShape: [8, 8, 3]});
    const ends = [[tfl.layers.flatten(), tfl.layers.dense({units: 4})], []];
    for (const [i, end] of ends.entries()) {
      const encoder = tfl.sequential({layers: [conv, ...end]});
      const given = {format: 'transformers', overwrite: true, metadata: {preparation}} as const;
      await exportEncoder(encoder, target, given);
      const outputs = await runOnnx(await readFile(join(target, 'onnx', 'model.onnx')), images);
      const expected = tf.tidy(() => {
        const output = encoder.predict(images) as tf.Tensor;
        return output.rank === 4 ? output.mean([1, 2]) : output;
      });
      expect(outputs.pooler_output.data).toBeAllclose(expected, rounding);
      expect(outputs.pooler_output.dims).toEqual([2, i === 0 ? 4 : 5, 1, 1]);
      expect(outputs.last_hidden_state.dims).toEqual(i === 0 ? [2, 4, 1, 1] : [2, 5, 3, 3]);
      tf.dispose(expected);
    }
    images.dispose();
  });

  test('needs to know how images are prepared', async () => {
    const encoder = encoderOf();
    const asked = (preparation?: object) =>
      exportEncoder(encoder, target, {format: 'transformers', ...(preparation && {metadata: {preparation}})});
    const advice = /; give \{metadata: \{preparation: \{channels, size, .*\}\}\} of its training\.$/;
    await expect(asked()).rejects.toThrow(
      /^exportEncoder: expected how the encoder's images are .*, got no record of it/,
    );
    for (const wrong of [undefined, {chanels: 3}, {channels: 3}, {channels: 1, size: 8}])
      await expect(asked(wrong)).rejects.toThrow(advice);
    await expect(asked({chanels: 3})).rejects.toThrow(/did you mean channels/);
    await asked({channels: 3, size: 64});
    expect(await readJson('preprocessor_config.json')).toMatchObject({crop_pct: 0.875});
    encoder.dispose();
  });

  test('leaves no tensor behind', async () => {
    const encoder = encoderOf({channels: 3, size: 16});
    await expectNoLeaks(() => exportEncoder(encoder, target, {format: 'transformers', overwrite: true}), 2);
    encoder.dispose();
  });
});
