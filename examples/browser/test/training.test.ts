import {fromArrays} from '@contrastive/data';
import {recordedPreparation} from '@contrastive/layers';
import {formula} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import {expect, test} from 'vitest';
import {createLook} from '../src/worker/look.js';
import {createTraining} from '../src/worker/training.js';

/** So many images of 20 × 20 in colour, with classes or without. */
const images = (length: number, labels?: Int32Array) =>
  fromArrays({
    images: Uint8Array.from(formula('images', length * 20 * 20 * 3), value => 127.5 + 127.5 * value),
    ...{height: 20, width: 20, channels: 3},
    ...(labels && {labels}),
  });

const settings = {size: 16, batchSize: 8, steps: 4, seed: 3} as const;

test.each(['simclr', 'moco-v2'] as const)(
  '%s trains, the number of tensors stays, and nothing is left',
  async method => {
    const source = images(24);
    const before = tf.memory().numTensors;
    const training = createTraining(source, {...settings, method});
    const losses: number[] = [];
    const tensors: number[] = [];
    const accuracies: (number | undefined)[] = [];
    for await (const {loss, metrics} of training.records) {
      losses.push(loss);
      accuracies.push(metrics?.contrastiveAccuracy);
      tensors.push(tf.memory().numTensors);
    }
    expect(losses).toHaveLength(4);
    for (const loss of losses) expect(loss > 0 && loss < 8).toBe(true);
    expect(accuracies[0]).toBeGreaterThanOrEqual(0);
    expect(new Set(tensors).size, tensors.join(', ')).toBe(1);
    expect(training.encoder.outputShape).toEqual([null, 64]);
    expect(recordedPreparation(training.encoder)).toMatchObject({channels: 3, size: 16});
    training.dispose();
    expect(tf.memory().numTensors).toBe(before);
  },
);

test('the same seed gives the same run, another seed another', async () => {
  const run = async (seed: number): Promise<number[]> => {
    const training = createTraining(images(24), {...settings, method: 'simclr', steps: 2, seed});
    const losses: number[] = [];
    for await (const {loss} of training.records) losses.push(loss);
    training.dispose();
    return losses;
  };
  const losses = await run(1);
  expect(await run(1)).toEqual(losses);
  expect(await run(2)).not.toEqual(losses);
});

test('a look has pairs, and neighbours by the encoder now beside those by the untrained one', async () => {
  const labels = Int32Array.from({length: 24}, (_, i) => i % 3);
  const source = images(24, labels);
  const training = createTraining(source, {...settings, method: 'simclr'});
  const look = await createLook(source, training, 3);
  const before = tf.memory().numTensors;
  const first = await look(0);
  expect(tf.memory().numTensors).toBe(before);
  expect([first.pairs.length, first.neighbours.length, first.among]).toEqual([6, 6, 24]);
  for (const {image, first: one, second: other} of first.pairs) {
    expect([image.width, image.height, one.width, one.height]).toEqual([20, 20, 16, 16]);
    expect(one.data).not.toEqual(other.data);
    expect(image.data).toHaveLength(20 * 20 * 4);
  }
  for (const {name, untrained, trained} of first.neighbours) {
    expect(trained).toEqual(untrained); // nothing was trained yet
    expect(untrained).toHaveLength(5);
    expect(untrained.map(near => near.name)).not.toContain(name);
    for (const near of untrained) expect(near.other).toBe(labels[Number(near.name)] !== labels[Number(name)]);
    const similarities = untrained.map(({similarity}) => similarity);
    expect(similarities).toEqual(similarities.toSorted((a, b) => b - a));
  }
  expect(first.sameClass?.trained).toBe(first.sameClass?.untrained);

  for await (const record of training.records) expect(record.loss).toBeGreaterThan(0);
  const last = await look(4);
  expect(last.neighbours.map(({untrained}) => untrained)).toEqual(first.neighbours.map(({untrained}) => untrained));
  expect(last.neighbours.map(({trained}) => trained)).not.toEqual(last.neighbours.map(({untrained}) => untrained));
  expect(last.pairs[0].first.data).not.toEqual(first.pairs[0].first.data); // views are drawn anew
  training.dispose();
});

test('images without classes have neighbours all the same', async () => {
  const training = createTraining(images(8), {...settings, method: 'moco-v2'});
  const {sameClass, neighbours} = await (await createLook(images(8), training, 1))(0);
  expect(sameClass).toBeUndefined();
  expect(neighbours).toHaveLength(6);
  expect(neighbours[0].trained[0]).not.toHaveProperty('other');
  training.dispose();
});

test('fewer images than a batch are refused before anything trains', () => {
  const before = tf.memory().numTensors;
  expect(() => createTraining(images(7), {...settings, method: 'simclr'})).toThrow(
    'twoViews: expected images for a batch of 8, got 7; use a smaller batch, or dropLast: false.',
  );
  expect(tf.memory().numTensors).toBe(before);
});
