import {simclrAugment} from '@contrastive/augment';
import {expectNoLeaks} from '@contrastive/testing';
import {expect, test} from 'vitest';
import {disposeViews, fromArrays, oneView, twoViews} from '../src/index.js';

const length = 10;
const source = fromArrays({
  images: Uint8Array.from({length: length * 64}, (_, i) => (i * 37) % 251),
  height: 8,
  width: 8,
  labels: Array.from({length}, (_, i) => i % 3),
});
const options = {augment: simclrAugment({size: 8}), batchSize: 4, seed: 1, epochs: 2};

test.each([false, true])('gives the first view of twoViews, once, asBytes %s', async asBytes => {
  const [one, two] = [oneView(source, {...options, asBytes}), twoViews(source, options)];
  expect([one.steps, one.stepsPerEpoch]).toEqual([4, 2]);
  const pairs = two[Symbol.asyncIterator]();
  for await (const views of one) {
    const {value} = (await pairs.next()) as {value: typeof views};
    expect(views.second).toBe(views.first);
    expect(views.first.dataSync()).toEqual(value.first.dataSync());
    expect(views.indices).toEqual(value.indices);
    expect(views.labels).toEqual(value.labels);
    expect(views.preparation).toEqual(value.preparation);
    const part = views.slice?.(1, 3);
    if (part) {
      expect(part.second).toBe(part.first);
      expect(part.first.shape).toEqual([2, 8, 8, 1]);
      disposeViews(part);
    }
    disposeViews(views);
    disposeViews(value);
  }
});

test('asks a source for one view an image', async () => {
  let asked = 0;
  const counted = {
    ...source,
    views: async (request: Parameters<typeof source.views>[0]) => {
      asked += request.augments.length;
      return source.views(request);
    },
  };
  for await (const views of oneView(counted, options)) disposeViews(views);
  expect(asked).toBe(4);
});

test('leaves no tensor', async () => {
  await expectNoLeaks(async () => {
    for (const asBytes of [false, true])
      for await (const views of oneView(source, {...options, asBytes})) disposeViews(views);
  });
});

test('speaks of itself', async () => {
  const {augment} = options;
  expect(() => oneView(source, {...options, steps: 3})).toThrow('oneView: expected either epochs or steps, got both');
  expect(() => oneView(source, {...options, augment: [augment, augment] as never})).toThrow(
    'oneView: expected an augmentation as augment, got',
  );
  const bad = {
    ...source,
    views: async (request: Parameters<typeof source.views>[0]) => ({
      ...(await source.views(request)),
      bad: Array.from(request.indices, (_, position) => ({position, path: 'broken', reason: 'broken'})),
    }),
  };
  await expect(oneView(bad, options)[Symbol.asyncIterator]().next()).rejects.toThrow('oneView: expected images');
});
