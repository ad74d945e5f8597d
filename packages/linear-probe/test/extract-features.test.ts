import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {toImages, type Preparation} from '@contrastive/augment';
import {fromArrays, fromImages, type Source} from '@contrastive/data';
import {expectNoLeaks} from '@contrastive/testing';
import {afterAll, describe, expect, test} from 'vitest';
import {extractFeatures} from '@contrastive/linear-probe';

const length = 7;
const bytes = Uint8Array.from({length: length * 16}, (_, i) => (i * 37) % 101);
const labels = Int32Array.from({length}, (_, i) => i * 10);
const source = fromArrays({images: bytes, height: 4, width: 4, labels});
const imagesOf = (normalization?: Preparation['normalization']) => toImages(bytes, [length, 4, 4, 1], normalization);

const createEncoder = () =>
  tfl.sequential({
    layers: [
      tfl.layers.conv2d({inputShape: [4, 4, 1], filters: 3, kernelSize: 3}),
      tfl.layers.batchNormalization(),
      tfl.layers.dropout({rate: 0.5}),
      tfl.layers.globalAveragePooling2d({}),
    ],
  });
const encoder = createEncoder();

afterAll(() => {
  encoder.dispose();
});

/** What the encoder says of all images. */
function predictions(images: tf.Tensor): Float32Array {
  const predicted = encoder.predict(images) as tf.Tensor;
  const values = predicted.dataSync<'float32'>().slice();
  tf.dispose([images, predicted]);
  return values;
}

describe('extractFeatures', () => {
  test('raw pixels, row by row, with labels', async () => {
    const {data, rows, columns, ...rest} = await extractFeatures(null, source, {batchSize: 3});
    expect([rows, columns]).toEqual([7, 16]);
    const images = imagesOf();
    expect(data).toEqual(images.dataSync());
    images.dispose();
    expect(rest.labels).toEqual(labels);
  });

  test('only some images, in the order asked for', async () => {
    const progress: number[][] = [];
    const all = await extractFeatures(null, source);
    const {data, labels} = await extractFeatures(null, source, {
      indices: [5, 0, 5],
      batchSize: 2,
      onProgress: (...at) => progress.push(at),
    });
    expect(data.subarray(0, 16)).toEqual(all.data.subarray(80, 96));
    expect(data.subarray(16, 32)).toEqual(all.data.subarray(0, 16));
    expect(Array.from(labels ?? [])).toEqual([50, 0, 50]);
    expect(progress).toEqual([
      [2, 3],
      [3, 3],
    ]);
  });

  test('leaves out images that cannot be used, and says which are there', async () => {
    const lenient: Source = {
      ...source,
      views: async request => ({
        ...(await source.views(request)),
        bad: Array.from(request.indices).flatMap((index, position) =>
          index < 3 ? [{position, path: String(index), reason: 'told to be bad'}] : [],
        ),
      }),
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
      /images that can be used, got none in 2; look at the source's `bad`/,
    );
  });

  test("the encoder's own prediction, whatever the batch size, and the encoder stays bit for bit", async () => {
    const before = encoder.weights.map(weight => weight.read().dataSync().slice());
    const expected = predictions(imagesOf());
    for (const batchSize of [1, 3, 256]) {
      const {data, rows, columns} = await extractFeatures(encoder, source, {batchSize});
      expect([rows, columns]).toEqual([7, 3]);
      expect(data).toBeAllclose(expected, {atol: 1e-6, rtol: 1e-6});
    }
    expect(encoder.weights.map(weight => weight.read().dataSync())).toEqual(before);
  });

  test('a source without labels gives features without', async () => {
    const unlabelled = fromArrays({images: bytes, height: 4, width: 4});
    expect(await extractFeatures(null, unlabelled)).not.toHaveProperty('labels');
  });

  test('leaves no tensor behind, when reading fails too', async () => {
    await expectNoLeaks(() => extractFeatures(encoder, source, {batchSize: 2}));
    let reads = 0;
    const broken: Source = {
      ...source,
      views: request => (reads++ % 2 === 0 ? source.views(request) : Promise.reject(new Error('unreadable'))),
    };
    await expectNoLeaks(() => expect(extractFeatures(encoder, broken, {batchSize: 2})).rejects.toThrow('unreadable'));
  });

  test('says what is wrong', async () => {
    await expect(extractFeatures(null, source, {batchSize: 0})).rejects.toThrow(
      'extractFeatures: expected an integer from 1 on as batchSize, got 0.',
    );
    await expect(extractFeatures(null, source, {batchsize: 1} as object)).rejects.toThrow(/did you mean batchSize\?/);
    await expect(extractFeatures(null, source, {indices: []})).rejects.toThrow(/from 1 on as the number of images/);
    await expect(extractFeatures(null, source, {indices: [0.5]})).rejects.toThrow(
      /integers from 0 to 6 as indices, got 0\.5 at/,
    );
    const map = tfl.sequential({layers: [tfl.layers.conv2d({inputShape: [4, 4, 1], filters: 1, kernelSize: 1})]});
    await expect(extractFeatures(map, source)).rejects.toThrow(/\[n, d\] as the output of encoder, got \[n, 4, 4, 1\]/);
    map.dispose();
  });
});

describe('the preparation', () => {
  const normalization = {mean: [0.5], std: [0.25]};
  const normalized: Preparation = {channels: 1, size: 4, normalization};
  const colour = fromArrays({images: new Uint8Array(48), height: 4, width: 4, channels: 3});
  const several = fromImages({
    length: 2,
    channels: 1,
    pixels: index => ({
      data: new Uint8Array(16 * (index + 1)).fill(51),
      height: 4,
      width: 4 * (index + 1),
      channels: 1,
    }),
  });

  test('is the recorded one without being asked, and no other', async () => {
    const trained = createEncoder();
    trained.setWeights(encoder.getWeights());
    trained.setUserDefinedMetadata({preparation: normalized});
    const expected = predictions(imagesOf(normalization));
    expect((await extractFeatures(trained, source)).data).toBeAllclose(expected, {atol: 1e-6, rtol: 1e-6});
    const defaults = {crop: 1, interpolation: 'bicubic'} as const; // of 4 pixels
    const same: Preparation = {...defaults, normalization: {std: [0.25], mean: [0.5]}, size: 4, channels: 1};
    expect((await extractFeatures(trained, source, {preparation: same})).data).toBeAllclose(expected, {
      atol: 1e-6,
      rtol: 1e-6,
    });
    await expect(extractFeatures(trained, source, {preparation: {channels: 1, size: 4}})).rejects.toThrow(
      'extractFeatures: expected the preparation that the encoder was trained with, {"channels":1,"size":4,' +
        '"normalization":{"mean":[0.5],"std":[0.25]}}, as preparation, got {"channels":1,"size":4}; leave it out.',
    );
    await expect(extractFeatures(trained, colour)).rejects.toThrow(
      /images prepared as \{"channels":1,"size":4,.*\} as source, got images of 3 channels/,
    );
    trained.setUserDefinedMetadata({preparation: {...normalized, sise: 4}});
    await expect(extractFeatures(trained, source)).rejects.toThrow(/sise; did you mean size\?/);
    trained.dispose();
  });

  test('is the given one where none is recorded', async () => {
    const {data} = await extractFeatures(encoder, source, {preparation: normalized});
    expect(data).toBeAllclose(predictions(imagesOf(normalization)), {atol: 1e-6, rtol: 1e-6});
    const {columns, data: pixels} = await extractFeatures(null, several, {preparation: {channels: 1, size: 2}});
    expect(columns).toBe(4);
    expect(pixels).toBeAllclose(new Float32Array(8).fill(0.2), {atol: 1e-6, rtol: 0});
  });

  test("is else the encoder's size, and pixels as they are without an encoder", async () => {
    expect((await extractFeatures(encoder, several)).rows).toBe(2);
    await expect(extractFeatures(null, several)).rejects.toThrow(/images of one size as source, got several/);
    expect((await extractFeatures(null, colour)).columns).toBe(48);
  });

  test('must be what the encoder takes', async () => {
    await expect(extractFeatures(encoder, colour)).rejects.toThrow(
      'expected images of [4, 4, 1] as source, which the encoder takes, got [4, 4, 3], prepared as ' +
        '{"channels":3,"size":4}; open images of 1 channels, or build the encoder for these.',
    );
    await expect(extractFeatures(encoder, source, {preparation: {channels: 1, size: 5}})).rejects.toThrow(
      /images of \[4, 4, 1\] as source, .*, got \[5, 5, 1\], prepared as/,
    );
  });
});
