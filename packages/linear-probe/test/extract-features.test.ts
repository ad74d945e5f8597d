import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import type {IndexedSource} from '@contrastive/data';
import {expectNoLeaks} from '@contrastive/testing';
import {afterAll, describe, expect, test} from 'vitest';
import {extractFeatures} from '@contrastive/linear-probe';

const length = 7;
const pixels = Float32Array.from({length: length * 16}, (_, i) => ((i * 37) % 101) / 100);
const source: IndexedSource = {
  length,
  height: 4,
  width: 4,
  channels: 1,
  labels: Int32Array.from({length}, (_, i) => i * 10),
  read: indices => {
    const chosen = Array.from(indices).flatMap(i => Array.from(pixels.subarray(i * 16, i * 16 + 16)));
    return Promise.resolve(tf.tensor4d(chosen, [indices.length, 4, 4, 1]));
  },
};

const encoder = tfl.sequential({
  layers: [
    tfl.layers.conv2d({inputShape: [4, 4, 1], filters: 3, kernelSize: 3}),
    tfl.layers.batchNormalization(),
    tfl.layers.dropout({rate: 0.5}),
    tfl.layers.globalAveragePooling2d({}),
  ],
});

afterAll(() => {
  encoder.dispose();
});

describe('extractFeatures', () => {
  test('raw pixels, row by row, with labels', async () => {
    const {data, rows, columns, labels} = await extractFeatures(null, source, {batchSize: 3});
    expect([rows, columns]).toEqual([7, 16]);
    expect(data).toEqual(pixels);
    expect(labels).toEqual(source.labels);
  });

  test('only some images, in the order asked for', async () => {
    const progress: number[][] = [];
    const {data, labels} = await extractFeatures(null, source, {
      indices: [5, 0, 5],
      batchSize: 2,
      onProgress: (...at) => progress.push(at),
    });
    expect(data.subarray(0, 16)).toEqual(pixels.subarray(80, 96));
    expect(data.subarray(16, 32)).toEqual(pixels.subarray(0, 16));
    expect(Array.from(labels ?? [])).toEqual([50, 0, 50]);
    expect(progress).toEqual([
      [2, 3],
      [3, 3],
    ]);
  });

  test('leaves out images that cannot be used, and says which are there', async () => {
    const lenient = {
      ...source,
      readGood: async (indices: ArrayLike<number>) => {
        const positions = Int32Array.from(Array.from(indices).flatMap((index, i) => (index < 3 ? [] : [i])));
        const images =
          positions.length > 0 ? await source.read(positions.map(i => indices[i])) : tf.zeros<tf.Rank.R4>([0, 4, 4, 1]);
        return {images, positions};
      },
    };
    const {rows, data, labels, indices} = await extractFeatures(encoder, lenient, {
      batchSize: 2,
      indices: [0, 1, 4, 2, 6],
    });
    expect(rows).toBe(2);
    expect(Array.from(indices)).toEqual([4, 6]);
    expect(Array.from(labels ?? [])).toEqual([40, 60]);
    expect(data).toBeAllclose((await extractFeatures(encoder, source, {indices: [4, 6]})).data, {atol: 1e-6});
    await expect(extractFeatures(encoder, lenient, {indices: [0, 1]})).rejects.toThrow(
      /none of 2 images can be used; look at the source's `bad`/,
    );
  });

  test("the encoder's own prediction, whatever the batch size, and the encoder stays bit for bit", async () => {
    const before = encoder.weights.map(weight => weight.read().dataSync().slice());
    const images = await source.read(Int32Array.from({length}, (_, i) => i));
    const expected = encoder.predict(images) as tf.Tensor;
    for (const batchSize of [1, 3, 256]) {
      const {data, rows, columns} = await extractFeatures(encoder, source, {batchSize});
      expect([rows, columns]).toEqual([7, 3]);
      expect(data).toBeAllclose(expected, {atol: 1e-6, rtol: 1e-6});
    }
    expect(encoder.weights.map(weight => weight.read().dataSync())).toEqual(before);
    tf.dispose([images, expected]);
  });

  test('a source without labels gives features without', async () => {
    const unlabelled: IndexedSource = {length, height: 4, width: 4, channels: 1, read: indices => source.read(indices)};
    expect(await extractFeatures(null, unlabelled)).not.toHaveProperty('labels');
  });

  test('leaves no tensor behind, when reading fails too', async () => {
    await expectNoLeaks(() => extractFeatures(encoder, source, {batchSize: 2}));
    let reads = 0;
    const broken: IndexedSource = {
      ...source,
      read: indices => (reads++ % 2 === 0 ? source.read(indices) : Promise.reject(new Error('unreadable'))),
    };
    await expectNoLeaks(() => expect(extractFeatures(encoder, broken, {batchSize: 2})).rejects.toThrow('unreadable'));
  });

  test('says what is wrong', async () => {
    await expect(extractFeatures(null, source, {batchSize: 0})).rejects.toThrow(
      /batchSize must be a whole number from 1, got 0/,
    );
    await expect(extractFeatures(null, source, {indices: []})).rejects.toThrow(/at least one image/);
    await expect(extractFeatures(encoder, {...source, channels: 3})).rejects.toThrow(
      /images of \[4, 4, 3\], the encoder expects \[, 4, 4, 1\]/,
    );
    const map = tfl.sequential({layers: [tfl.layers.conv2d({inputShape: [4, 4, 1], filters: 1, kernelSize: 1})]});
    await expect(extractFeatures(map, source)).rejects.toThrow(/one output \[n, d\], got \[, 4, 4, 1\]/);
    map.dispose();
  });
});
