import {encode, watchFeatures} from '@contrastive/layers';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {afterAll, expect, test} from 'vitest';

const network = (units: number, inputs: number): tfl.LayersModel =>
  tfl.sequential({layers: [tfl.layers.dense({units, inputShape: [inputs]})]});
const [encoder, twin, head] = [network(3, 2), network(3, 2), network(1, 3)];
const images = tf.tensor2d([1, 2, 3, 4], [2, 2]);

afterAll(() => {
  for (const own of [encoder, twin, head]) own.dispose();
  images.dispose();
});

test('shows what the encoder gives, of this encoder, while the body runs', () => {
  const seen: number[][] = [];
  const watch = (features: tf.Tensor2D): void => {
    seen.push(Array.from(features.dataSync()));
  };
  const result = watchFeatures(encoder, watch, () =>
    tf.tidy(() => {
      encode({encoder: twin, head}, images);
      return encode({encoder, head}, images);
    }),
  );
  encode({encoder}, images).dispose();
  const features = encoder.predict(images) as tf.Tensor;
  expect(seen).toEqual([Array.from(features.dataSync())]);
  expect(result.shape).toEqual([2, 1]);
  tf.dispose([result, features]);
});

test('is over when the body throws, and gives way to one within', () => {
  const seen: string[] = [];
  const body = (): void => {
    encode({encoder}, images).dispose();
  };
  watchFeatures(
    encoder,
    () => seen.push('outer'),
    () => {
      watchFeatures(encoder, () => seen.push('inner'), body);
      body();
    },
  );
  expect(seen).toEqual(['inner', 'outer']);
  const fails = (): void => {
    watchFeatures(
      encoder,
      () => seen.push('late'),
      () => {
        throw new Error('failed');
      },
    );
  };
  expect(fails).toThrow('failed');
  body();
  expect(seen).toHaveLength(2);
});
