import {fromArrays} from '@contrastive/data';
import {resnet} from '@contrastive/resnet';
import * as tf from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';
import {evenly} from '../src/evenly.js';
import {toldBy} from '../src/told.js';

const size = 8;

/** Pictures of three colours, which are their groups; those of a group lie side by side. */
const pictures = (perGroup: number, shade: number) =>
  fromArrays({
    images: Uint8Array.from({length: 3 * perGroup * size * size * 3}, (_, i) => {
      const group = Math.floor(i / (perGroup * size * size * 3));
      return i % 3 === group ? 200 + shade + (i % 7) : 10 + (i % 5);
    }),
    labels: Int32Array.from({length: 3 * perGroup}, (_, i) => Math.floor(i / perGroup)),
    height: size,
    width: size,
    channels: 3,
  });

test('the nearest tell groups, with an interval, and no tensor stays', async () => {
  const encoder = resnet({depths: [1], width: 4, stem: 'cifar', inputShape: [size, size, 3], seed: 1});
  const before = tf.memory().numTensors;
  const parts = {train: pictures(6, 0), test: pictures(4, 20)};
  const {accuracy, low, high} = await toldBy(encoder, parts, {preparation: {channels: 3, size}, neighbours: 3});
  expect(accuracy).toBe(1);
  expect(low).toBeCloseTo(0.7575, 3); // of 12 of 12
  expect(high).toBe(1);
  expect(tf.memory().numTensors).toBe(before);
  encoder.dispose();
});

test('a few images are taken evenly, all where there are fewer', async () => {
  const source = pictures(6, 0);
  const few = evenly(source, 6);
  expect([few.length, Array.from(few.labels ?? [])]).toEqual([6, [0, 0, 1, 1, 2, 2]]);
  expect(evenly(source, Infinity).length).toBe(18);
  await source.close();
});
