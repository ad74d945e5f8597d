import {mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type * as tf from '@tensorflow/tfjs-core';
import {fromArrays} from '@contrastive/data';
import {namedWeights, recordedPreparation} from '@contrastive/layers';
import {extractFeatures} from '@contrastive/linear-probe';
import {resnet} from '@contrastive/resnet';
import {openSafetensors, saveSafetensors} from '@contrastive/safetensors/node';
import {expectNoLeaks, fillByFormula} from '@contrastive/testing';
import {exportEncoder, importEncoder, openTorch} from '@contrastive/weights/node';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {encoderOf, preparation, tensorsOf} from './torch-encoders.js';
import {fileOf as torchFile, unpack, values} from './torch-golden.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-'));
});
afterEach(() => rm(folder, {recursive: true}));

const golden = encoderOf('transformers, bottleneck');

/** Writes the golden encoder as transformers has it. */
async function save(name = 'model.safetensors'): Promise<void> {
  const all = tensorsOf(golden);
  const tensors = Object.entries(golden.tensors).map(([key, {shape}]) => {
    return [key, {dtype: 'F32', shape, data: all.get(key) ?? new Float32Array()}] as const;
  });
  await saveSafetensors(join(folder, name), new Map(tensors));
}

describe('a folder of transformers', () => {
  test('with what lies beside the weights', async () => {
    await save();
    await writeFile(join(folder, 'config.json'), '{"model_type": "resnet", "downsample_in_bottleneck": true}');
    await writeFile(
      join(folder, 'preprocessor_config.json'),
      '{"size": {"shortest_edge": 96}, "crop_pct": 1, "resample": 2, "do_normalize": false}',
    );
    for (const path of [folder, join(folder, 'model.safetensors')]) {
      const {encoder, assumed, family} = await importEncoder(path);
      expect(family).toBe('huggingface');
      expect(assumed.map(({option}) => option)).toEqual(['epsilon']);
      expect(recordedPreparation(encoder)).toEqual({channels: 3, size: 96, crop: 1, interpolation: 'bilinear'});
      encoder.dispose();
    }
  });

  test('whose images are prepared as it says, by whoever measures', async () => {
    await save();
    const {encoder} = await importEncoder(folder, {preparation});
    const images = fromArrays({images: new Uint8Array(2 * 40 * 50 * 3).fill(7), height: 40, width: 50, channels: 3});
    const {rows, columns} = await extractFeatures(encoder, images);
    expect([rows, columns]).toEqual([2, 16]);
    encoder.dispose();
  });

  test('whose images are to have another size', async () => {
    await save();
    await writeFile(
      join(folder, 'preprocessor_config.json'),
      '{"size": {"shortest_edge": 96}, "crop_pct": 0.9, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.2, 0.2, 0.2]}',
    );
    const {encoder} = await importEncoder(folder, {size: 48});
    const normalization = {mean: [0.5, 0.5, 0.5], std: [0.2, 0.2, 0.2]};
    expect(recordedPreparation(encoder)).toMatchObject({channels: 3, size: 48, crop: 0.875, normalization});
    encoder.dispose();
    await expect(importEncoder(folder, {size: 48, preparation})).rejects.toThrow(
      'importEncoder: expected size or preparation, got both; give the size in preparation.',
    );
  });

  test('says how far it is', async () => {
    await save();
    const calls: [number, number][] = [];
    const {encoder} = await importEncoder(folder, {preparation, onProgress: (...call) => calls.push(call)});
    const tensors = namedWeights(encoder, '');
    expect(calls.length).toBe(tensors.length);
    expect(calls[0]).toEqual([tensors[0].variable.size, encoder.countParams()]);
    expect(calls.at(-1)).toEqual([encoder.countParams(), encoder.countParams()]);
    encoder.dispose();
  });

  test('leaves no tensor behind', async () => {
    await save();
    await expectNoLeaks(async () => {
      (await importEncoder(folder)).encoder.dispose();
    }, 1);
  });

  test('that cannot be read', async () => {
    await expect(importEncoder(join(folder, 'nowhere'))).rejects.toThrow(
      /^importEncoder: expected a file or folder that can be read as path, got ENOENT.*; check .*nowhere\.$/,
    );
    await expect(importEncoder(folder)).rejects.toThrow(
      /expected one of model.safetensors, .*pytorch_model.bin in .*, got none/,
    );
    await save();
    await writeFile(join(folder, 'config.json'), '{');
    await expect(importEncoder(folder)).rejects.toThrow(/expected JSON in .*config.json, got .*; mend it/);
  });
});

describe('a file of torch', () => {
  test('opens on disk as in memory, and says what is wrong with which file', async () => {
    const path = join(folder, 'last.ckpt');
    const {file: packed, tensors} = values.files[values.files.findIndex(({name}) => name.startsWith("a trainer's"))];
    await writeFile(path, unpack(packed));
    const file = await openTorch(path);
    expect([...file.tensors.keys()]).toEqual(tensors.map(({name}) => name));
    await file.close();
    await file.close();
    await writeFile(path, unpack(values.refused[0].file));
    await expect(openTorch(path)).rejects.toThrow(`openTorch: ${path}: expected nothing but tensors and plain values`);
  });

  test('is known by its beginning, whatever it is called', async () => {
    for (const name of ['a state dict, protocol 2', 'a state dict, old form, protocol 2']) {
      const path = join(folder, 'model.bin');
      await writeFile(path, torchFile(name));
      await expect(importEncoder(path)).rejects.toThrow(
        /^importEncoder: expected the tensors of a ResNet, got '0.weight', '1.weight', .* its layers must be called/,
      );
    }
  });
});

test.each([
  ['a page of HTML', '\n<!DOCTYPE html><html>', 'download the file itself, not its page'],
  ['a file of JSON', '{"format": "layers-model"', 'a model of TensorFlow.js is opened by loadEncoder, of the folder'],
  ['an empty file', '', 'download or save it again'],
  ['a pointer of Git LFS', 'version https://git-lfs.github.com/spec/v1\n', 'fetch the file itself by git lfs pull'],
  ['an HDF5 file, as Keras writes', '\x89HDF\r\n\x1a\n', 'take weights that PyTorch saved'],
  ['a file packed by gzip', '\x1f\x8b\x08', 'unpack it'],
  ['a tar archive', `checkpoint${'\0'.repeat(247)}ustar`, 'unpack it'],
])('%s is no checkpoint', async (what, begins, todo) => {
  const path = join(folder, 'resnet18.pth');
  await writeFile(path, begins, 'latin1');
  await expect(importEncoder(path)).rejects.toThrow(
    `importEncoder: expected a checkpoint of torch.save or safetensors as path, got ${path}, ${what}; ${todo}`,
  );
});

test('files of ONNX and folders of TensorFlow.js are no checkpoints', async () => {
  const model = resnet({depths: [1], width: 2, inputShape: [8, 8, 3]});
  await exportEncoder(model, join(folder, 'onnx'), {format: 'onnx'});
  await exportEncoder(model, join(folder, 'tfjs'));
  model.dispose();
  await expect(importEncoder(join(folder, 'onnx', 'model.onnx'))).rejects.toThrow(/model.onnx, an ONNX file; take the/);
  await expect(importEncoder(join(folder, 'tfjs'))).rejects.toThrow(
    /in .*tfjs, got model.json of TensorFlow.js; open it by loadEncoder\.$/,
  );
});

describe('exported for PyTorch', () => {
  const bits = (data: tf.TypedArray) => new Uint32Array(Float32Array.from(data).buffer);
  const bottleneck = {depths: [1, 2], block: 'bottleneck', width: 4, innerWidth: 4} as const;

  test.each([
    ['torchvision', {...bottleneck, innerWidth: 6}],
    ['torchvision', {depths: [1, 1], width: 4, stem: 'cifar'}],
    ['huggingface', {...bottleneck, bottleneckStride: '1x1'}],
    ['huggingface', {depths: [2, 1], width: 4}],
  ] as const)('by the names of %s, it comes back bit for bit', async (names, options) => {
    const model = resnet(options);
    fillByFormula(model);
    const recorded = {channels: 3, size: 64, crop: 0.875, interpolation: 'bilinear'};
    model.setUserDefinedMetadata({preparation: recorded});
    const target = join(folder, 'out');
    await exportEncoder(model, target, {format: 'safetensors', names});
    expect(await readdir(target)).toEqual([
      ...(names === 'huggingface' ? ['config.json'] : []),
      'model.safetensors',
      'preprocessor_config.json',
    ]);
    const given = 'stem' in options ? {stemPadding: 1} : {};
    const {encoder, unused} = await importEncoder(target, given);
    expect(unused).toEqual([]);
    expect(recordedPreparation(encoder)).toEqual(recorded);
    const again = new Map(namedWeights(encoder, '').map(({name, variable}) => [name, variable]));
    expect(again.size).toBe(namedWeights(model, '').length);
    for (const {name, variable} of namedWeights(model, ''))
      expect(bits(again.get(name)?.dataSync() ?? new Float32Array()), name).toEqual(bits(variable.dataSync()));
    const strides = (net: typeof model) => net.layers.map(layer => layer.getConfig().strides);
    expect(strides(encoder)).toEqual(strides(model));
    encoder.dispose();
    model.dispose();
  });

  test('has the count of batches that torch asks for, and replaces what it wrote', async () => {
    const model = resnet({depths: [1], width: 2, inputShape: [8, 8, 3]});
    await exportEncoder(model, join(folder, 'out'), {format: 'safetensors', metadata: {method: 'simclr'}});
    await exportEncoder(model, join(folder, 'out'), {format: 'safetensors', metadata: {epochs: 3}, overwrite: true});
    const file = await openSafetensors(join(folder, 'out', 'model.safetensors'));
    expect(file.tensors.get('bn1.num_batches_tracked')).toMatchObject({dtype: 'I64', shape: []});
    expect(file.metadata).toMatchObject({format: 'pt', contrastive: '{"epochs":3}'});
    await file.close();
    await exportEncoder(model, join(folder, 'out'), {overwrite: true});
    expect(await readdir(join(folder, 'out'))).toEqual(['model.json', 'weights.bin']);
    model.dispose();
  });

  test('only where it can be', async () => {
    const model = resnet({depths: [1, 1], width: 4, stem: 'cifar'});
    const target = join(folder, 'out');
    const transformers = {format: 'safetensors', names: 'huggingface'} as const;
    await expect(exportEncoder(model, target, transformers)).rejects.toThrow(
      "exportEncoder: expected a stem of 7×7 for the names of transformers, got '3×3'; export it with {names: " +
        "'torchvision'}.",
    );
    await expect(exportEncoder(model, target, {names: 'torchvision'})).rejects.toThrow(
      "expected 'safetensors' as format beside names, got undefined; leave names out",
    );
    const renamed = resnet({depths: [1], width: 2, epsilon: 1e-3});
    await expect(exportEncoder(renamed, target, transformers)).rejects.toThrow('an epsilon of 1e-5');
    await mkdir(target);
    await writeFile(join(target, 'notes.txt'), '');
    await expect(exportEncoder(model, target, {format: 'safetensors', overwrite: true})).rejects.toThrow('notes.txt');
    expect(await readFile(join(target, 'notes.txt'), 'utf8')).toBe('');
    model.dispose();
    renamed.dispose();
  });
});
