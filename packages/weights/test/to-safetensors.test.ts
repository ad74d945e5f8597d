import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fromArrays} from '@contrastive/data';
import {namedWeights, recordedPreparation} from '@contrastive/layers';
import {extractFeatures} from '@contrastive/linear-probe';
import {resnet} from '@contrastive/resnet';
import {readSafetensors, writeSafetensors} from '@contrastive/safetensors';
import {expectNoLeaks, fillByFormula, formula} from '@contrastive/testing';
import {encoderFrom, toSafetensors} from '@contrastive/weights';
import {exportEncoder, importEncoder} from '@contrastive/weights/node';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';

const preparation = {channels: 3, size: 16, crop: 1, interpolation: 'bicubic'} as const;
const images = fromArrays({
  images: Uint8Array.from(formula('images', 3 * 20 * 18 * 3), value => 127.5 + 127.5 * value),
  height: 20,
  width: 18,
  channels: 3,
});

let folder: string;
let encoder: tfl.LayersModel;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safetensors-'));
  encoder = resnet({depths: [1, 1], width: 4, stem: 'cifar', inputShape: [16, 16, 3]});
  fillByFormula(encoder);
  encoder.setUserDefinedMetadata({preparation, method: 'simclr'});
});
afterAll(async () => {
  encoder.dispose();
  await rm(folder, {recursive: true});
});

describe('toSafetensors', () => {
  test('gives the very file that exportEncoder writes', async () => {
    await exportEncoder(encoder, join(folder, 'out'), {format: 'safetensors'});
    const file = await readFile(join(folder, 'out', 'model.safetensors'));
    expect(Buffer.compare(await toSafetensors(encoder), file)).toBe(0);
  });

  test('what opens as it is, from bytes and from a file alone, and has the same features', async () => {
    const bytes = await toSafetensors(encoder);
    const path = join(folder, 'encoder.safetensors');
    await writeFile(path, bytes);
    const wanted = await extractFeatures(encoder, images);
    for (const {encoder: again, assumed} of [
      await encoderFrom(await readSafetensors(bytes)),
      await importEncoder(path),
    ]) {
      expect(recordedPreparation(again)).toEqual(preparation);
      expect(assumed.map(({option}) => option)).not.toContain('preparation');
      expect((await extractFeatures(again, images)).data).toBeAllclose(wanted.data, {atol: 1e-6, rtol: 1e-6});
      again.dispose();
    }
  });

  test('an option or a file beside it says otherwise', async () => {
    const file = await readSafetensors(await toSafetensors(encoder));
    const told = {...preparation, size: 24};
    const {encoder: given} = await encoderFrom(file, {preparation: told});
    expect(recordedPreparation(given)).toEqual(told);
    const {encoder: sized} = await encoderFrom(file, {size: 24});
    expect(recordedPreparation(sized)).toEqual(told);
    const {encoder: beside} = await encoderFrom(file, {
      preprocessor: {size: {shortest_edge: 32}, crop_pct: 1, resample: 2, do_normalize: false},
    });
    expect(recordedPreparation(beside)).toEqual({channels: 3, size: 32, crop: 1, interpolation: 'bilinear'});
    for (const one of [given, sized, beside]) one.dispose();
  });

  test('keeps the metadata that it is given', async () => {
    const {metadata} = await readSafetensors(await toSafetensors(encoder, {metadata: {epochs: 3}}));
    expect(metadata).toEqual({format: 'pt', contrastive: '{"epochs":3}'});
    expect((await readSafetensors(await toSafetensors(encoder, {metadata: {}}))).metadata).toEqual({format: 'pt'});
  });

  test('copies the weights: those that are trained on later are not in it', async () => {
    const before = await toSafetensors(encoder);
    const copy = before.slice();
    const [{variable}] = namedWeights(encoder, '');
    const was = tf.clone(variable);
    tf.tidy(() => {
      variable.assign(tf.add(variable, 1));
    });
    expect(Buffer.compare(before, copy)).toBe(0);
    expect(Buffer.compare(before, await toSafetensors(encoder))).not.toBe(0);
    variable.assign(was);
    was.dispose();
  });

  test('refuses what is no ResNet, and weights that are no numbers', async () => {
    const other = tfl.sequential({layers: [tfl.layers.dense({units: 2, inputShape: [4], name: 'fc'})]});
    await expect(toSafetensors(other)).rejects.toThrow(
      "toSafetensors: expected an encoder that resnet or importEncoder made, for safetensors, got one with 'fc'",
    );
    other.dispose();
    const broken = resnet({depths: [1], width: 2, inputShape: [8, 8, 1]});
    const [{variable, name}] = namedWeights(broken, '');
    tf.tidy(() => {
      variable.assign(tf.fill(variable.shape, NaN));
    });
    await expect(toSafetensors(broken)).rejects.toThrow(`expected finite numbers in '${name.slice(1)}', got NaN`);
    broken.dispose();
  });

  test('leaves no tensor behind', async () => {
    await expectNoLeaks(() => toSafetensors(encoder), 2);
  });
});

test('a text of that name in the file of another program says nothing', async () => {
  const file = await readSafetensors(await toSafetensors(encoder));
  for (const contrastive of ['no JSON', '7', '{}', '{"preparation": 7}']) {
    const tensors = new Map(
      await Promise.all(
        Array.from(file.tensors, async ([name, {dtype, shape}]) => {
          return [name, {dtype, shape, data: await file.read(name)}] as const;
        }),
      ),
    );
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    for await (const chunk of writeSafetensors(tensors, {metadata: {contrastive}})) chunks.push(chunk.slice());
    const other = await readSafetensors(new Blob(chunks));
    await expect(encoderFrom(other)).rejects.toThrow("expected how the encoder's images are prepared as preparation");
  }
});
