import {augmentation, evalAugment, randomResizedCrop} from '@contrastive/augment';
import {fromArrays, subset} from '@contrastive/data';
import {namedWeights} from '@contrastive/layers';
import {expectNoLeaks} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import {afterAll, describe, expect, test} from 'vitest';
import {
  extractFeatures,
  fineTune,
  shortFineTune,
  simclrFromScratch,
  simclrOnePercent,
  simclrTenPercent,
  simclrTransfer,
  unchanged,
  type FineTuneRecipe,
  type FineTuneTrial,
} from '@contrastive/linear-probe';
import {labelledImages, smallEncoder} from './labelled-images.js';

const encoder = smallEncoder();
const [train, others] = [labelledImages(60, 1), labelledImages(30, 2)];
const recipe: FineTuneRecipe = {
  ...shortFineTune,
  name: 'tiny',
  steps: 30,
  batchSize: 16,
  learningRates: [0.5],
  weightDecays: [0],
};
const base = {encoder, train, test: others, recipe, seed: 1};
const grid = {...recipe, steps: 4, learningRates: [0.001, 0.5], weightDecays: [0, 1e-4]};

afterAll(() => {
  encoder.dispose();
});

/** All weights of a network by name. */
const weightsOf = (model: typeof encoder): Record<string, Float32Array> =>
  Object.fromEntries(
    namedWeights(model, 'encoder').map(({name, variable}) => [name, variable.dataSync<'float32'>().slice()]),
  );

test('the published recipes', () => {
  expect(simclrTransfer.steps).toBe(20_000);
  expect(simclrTransfer.learningRates).toBeAllclose([1e-4, 3.162e-4, 1e-3, 3.162e-3, 1e-2, 3.162e-2, 0.1], {
    rtol: 1e-3,
  });
  expect(simclrTransfer.weightDecays).toBeAllclose([0, 1e-6, 3.162e-6, 1e-5, 3.162e-5, 1e-4, 3.162e-4, 1e-3], {
    rtol: 1e-3,
  });
  expect(simclrOnePercent).toMatchObject({labels: 0.01, epochs: 60, learningRates: [0.05], weightDecays: [0]});
  expect(simclrTenPercent).toMatchObject({labels: 0.1, epochs: 30, learningRates: [0.05], weightDecays: [0]});
  expect(simclrFromScratch).toMatchObject({steps: 40_000, schedule: 'cosine', statistics: 'by epoch'});
  expect(simclrFromScratch.learningRates).toBeAllclose([1e-3, 3.162e-3, 1e-2, 3.162e-2, 0.1, 0.3162, 1], {rtol: 1e-3});
  expect(simclrFromScratch.weightDecays).toHaveLength(8);
  expect([simclrFromScratch.weightDecays[0], simclrFromScratch.weightDecays[7]]).toBeAllclose([1e-5, 0.03162], {
    rtol: 1e-3,
  });
  expect(shortFineTune.learningRates.length * shortFineTune.weightDecays.length).toBeLessThanOrEqual(6);
  expect(shortFineTune.steps).toBeLessThanOrEqual(1000);
});

test('learns, on a copy: the encoder stays as it is', async () => {
  const check = await unchanged(encoder);
  const losses: number[] = [];
  const result = await fineTune({...base, onStep: ({loss}) => losses.push(loss)});
  await check();
  expect(losses).toHaveLength(30);
  expect(losses[0]).toBeAllclose(Math.log(3), {rtol: 1e-6}); // the classifier starts at zero
  expect(result).toMatchObject({chosen: {learningRate: 0.5, weightDecay: 0}, trials: [], rows: 60, steps: 30});
  expect(result.accuracy).toBeGreaterThan(0.7);
  // The figures are those of the network that comes back.
  const {data, rows, columns, labels} = await extractFeatures(result.encoder, others);
  const logits = tf.tidy(() => result.head.apply(tf.tensor2d(data, [rows, columns])) as tf.Tensor);
  expect(logits).toBeAllclose(result.scores, {rtol: 1e-6, atol: 1e-6});
  expect(result.labels).toEqual(labels);
  const right = result.predictions.filter((label, i) => label === result.labels[i]).length;
  expect(result.accuracy).toBe(right / 30);
  logits.dispose();
  result.dispose();
});

test('is a function of the seed, with micro-batches too', async () => {
  const run = async (seed: number, microBatch?: number) => {
    const result = await fineTune({...base, seed, recipe: {...recipe, steps: 3}, ...(microBatch && {microBatch})});
    const {scores} = result;
    result.dispose();
    return scores;
  };
  const first = await run(1);
  expect(await run(1)).toEqual(first);
  expect(await run(2)).not.toEqual(first);
  const inSlices = await run(1, 5); // whose BatchNorms see five images at a time
  expect(await run(1, 5)).toEqual(inSlices);
  expect(await run(2, 5)).not.toEqual(inSlices);
  expect(inSlices).not.toEqual(first);
});

describe('a grid', () => {
  test('is judged by what is held out; a sweep that was stopped goes on', async () => {
    const trials: FineTuneTrial[] = [];
    const options = {...base, recipe: grid};
    const whole = await fineTune({...options, onTrial: trial => trials.push(trial)});
    expect(trials.map(({learningRate, weightDecay}) => [learningRate, weightDecay])).toEqual([
      [0.001, 0],
      [0.001, 1e-4],
      [0.5, 0],
      [0.5, 1e-4],
    ]);
    expect(trials[0]).toMatchObject({recipe: 'tiny', seed: 1, steps: 4, rows: 48});
    expect(whole.trials).toEqual(trials);
    const best = Math.max(...trials.map(({accuracy}) => accuracy));
    expect(trials.find(one => one.learningRate === whole.chosen.learningRate)?.accuracy).toBe(best);
    expect(whole.rows).toBe(60);

    const again: FineTuneTrial[] = [];
    const finished = JSON.parse(JSON.stringify(trials.slice(0, 3))) as FineTuneTrial[];
    const resumed = await fineTune({...options, finished, onTrial: trial => again.push(trial)});
    expect(again).toEqual(trials.slice(3));
    expect(resumed.scores).toEqual(whole.scores);
    whole.dispose();
    resumed.dispose();
  });

  test('validation images that are given join in the end', async () => {
    const steps: number[] = [];
    const result = await fineTune({
      ...{...base, recipe: {...grid, weightDecays: [0]}, validation: labelledImages(12, 3)},
      onTrial: ({rows}) => steps.push(rows),
    });
    expect(steps).toEqual([60, 60]);
    expect(result.rows).toBe(72);
    result.dispose();
  });

  test('a setting that diverges is a trial, and not chosen', async () => {
    const result = await fineTune({...base, recipe: {...grid, learningRates: [1e30, 0.1], weightDecays: [0]}});
    expect(result.trials[0]).toMatchObject({accuracy: 0, crossEntropy: null});
    expect(result.chosen.learningRate).toBe(0.1);
    result.dispose();
    await expect(
      fineTune({...base, recipe: {...grid, learningRates: [1e30, 1e31], weightDecays: [0]}}),
    ).rejects.toThrow(
      'fineTune: expected a setting whose loss stays finite, got none; lower learningRates of the recipe.',
    );
  });

  test('trials of another sweep are refused', async () => {
    const options = {...base, recipe: grid};
    const finished: FineTuneTrial[] = [];
    const stop = new AbortController();
    const once = fineTune({
      ...{...options, signal: stop.signal},
      onTrial: trial => {
        finished.push(trial);
        stop.abort(new Error('enough'));
      },
    });
    await expect(once).rejects.toThrow('enough');
    await expect(fineTune({...options, seed: 2, finished})).rejects.toThrow(
      'fineTune: expected trials of this sweep as finished, got one of seed 1 instead of 2;',
    );
    await expect(fineTune({...options, finished: [{...finished[0], learningRate: 7}]})).rejects.toThrow(
      'got one of learning rate 7 with weight decay 0, which is not in the grid;',
    );
    await expect(fineTune({...options, finished: [{...finished[0], accuracy: NaN}]})).rejects.toThrow(
      'fineTune: expected a number from 0 to 1 as finished[0].accuracy, got NaN',
    );
    const broken = {...finished[0], crossEntropy: undefined} as never;
    await expect(fineTune({...options, finished: [broken]})).rejects.toThrow(
      'fineTune: expected a number from 0 on, or null as finished[0].crossEntropy, got undefined',
    );
    // All of them have the same name, seed, steps and number of images.
    const other = smallEncoder(2);
    const relabelled = {...train, labels: train.labels?.toReversed()};
    for (const changes of [
      {encoder: other},
      {train: relabelled},
      {freeze: ['conv1']},
      {augment: evalAugment()},
      {augment: augmentation([randomResizedCrop({size: 8, area: [0.9, 1], flip: 0.5})])},
      {recipe: {...grid, schedule: 'constant'}},
      {recipe: {...grid, momentum: 0.8}},
    ] as const) {
      await expect(fineTune({...options, ...changes, finished})).rejects.toThrow(
        'got one of another encoder, recipe, augmentation or freezing, or of other labels;',
      );
    }
    other.dispose();
  });

  test('a trial is one of a larger grid too, and may have more in it', async () => {
    const [small, large] = [[0.5], [0.001, 0.5, 0.1]].map(learningRates => ({...grid, learningRates}));
    const trials: (FineTuneTrial & {readonly kept: string})[] = [];
    const onTrial = (trial: FineTuneTrial): number => trials.push({...trial, kept: 'in a file'});
    (await fineTune({...base, recipe: small, onTrial})).dispose();
    expect(trials).toHaveLength(2);
    const more: FineTuneTrial[] = [];
    const result = await fineTune({
      ...{...base, recipe: large, finished: [...trials]},
      onTrial: trial => more.push(trial),
    });
    expect(more.map(({learningRate}) => learningRate)).toEqual([0.001, 0.001, 0.1, 0.1]);
    result.dispose();
  });

  test('with part of the labels, validation images that are given only choose', async () => {
    const few = {...grid, labels: 0.2, weightDecays: [0]};
    const result = await fineTune({...base, recipe: few, validation: labelledImages(12, 3)});
    expect(result.rows).toBe(12);
    expect(result.trials.map(({rows}) => rows)).toEqual([12, 12]);
    result.dispose();
  });

  test('a signal stops it, and what was tried is kept', async () => {
    const controller = new AbortController();
    const trials: FineTuneTrial[] = [];
    const sweep = fineTune({
      ...{...base, recipe: grid, signal: controller.signal},
      onTrial: trial => {
        trials.push(trial);
        if (trials.length === 2) controller.abort(new Error('enough'));
      },
    });
    await expect(sweep).rejects.toThrow('enough');
    expect(trials).toHaveLength(2);
  });
});

describe('freezing', () => {
  const run = async (freeze: string[], freezeStatistics = false) => {
    const before = weightsOf(encoder);
    const result = await fineTune({...base, recipe: {...recipe, steps: 3}, freeze, freezeStatistics});
    const after = weightsOf(result.encoder);
    result.dispose();
    const moved = Object.keys(before).filter(name => !before[name].every((value, i) => value === after[name][i]));
    return moved.map(name => name.replace('encoder/', ''));
  };
  const all = Object.keys(weightsOf(encoder)).map(name => name.replace('encoder/', ''));

  test('nothing by default', async () => {
    expect((await run([])).sort()).toEqual(all.toSorted());
  });

  test('layers by name and by its beginning; their statistics go on unless they are to stay', async () => {
    const statistics = (name: string): boolean => name.includes('moving');
    const rest = all.filter(name => name.startsWith('features'));
    const moved = await run(['conv1', 'bn1', 'layer1']);
    expect(moved.filter(name => !statistics(name))).toEqual(rest);
    expect(moved.filter(statistics)).toEqual(all.filter(statistics));
    expect(await run(['conv1', 'bn1', 'layer1'], true)).toEqual(rest);
    expect(await run(['bn1'], true)).toEqual(all.filter(name => !name.startsWith('bn1')));
  });

  test('a layer that is frozen in the encoder is trained', async () => {
    encoder.trainable = false;
    try {
      expect(await run(['conv1'])).toContain('layer1.conv1/kernel');
      expect(encoder.trainable).toBe(false);
    } finally {
      encoder.trainable = true;
    }
  });

  test.each([
    ['layer2', 'layer1'],
    ['cnov1', 'conv1'],
    ['conv', 'conv1'],
    ['Features', 'features'],
  ])('no layer %s', async (given, nearest) => {
    await expect(run([given])).rejects.toThrow(
      `fineTune: expected names of layers, or their beginnings, to freeze, got ${given}; did you mean ${nearest}?`,
    );
  });
});

test.each([
  {rows: 60, batchSize: 16, kept: 0.9},
  {rows: 600, batchSize: 2, kept: 1 - 10 / 300},
])('statistics keep $kept with $rows images in batches of $batchSize', async ({rows, batchSize, kept}) => {
  const images = labelledImages(rows, 1);
  const result = await fineTune({...base, train: images, recipe: {...recipe, steps: 1, batchSize}});
  expect(result.encoder.getLayer('bn1').getConfig().momentum).toBeAllclose(kept, {rtol: 1e-9});
  result.dispose();
  const asIs = await fineTune({
    ...base,
    train: images,
    recipe: {...recipe, steps: 1, batchSize, statistics: 'as it is'},
  });
  expect(asIs.encoder.getLayer('bn1').getConfig().momentum).toBe(0.9);
  asIs.dispose();
});

test('a part of the labels is the same number of each class', async () => {
  const seen: number[] = [];
  const few: FineTuneRecipe = {...simclrTenPercent, labels: 0.2, epochs: 2};
  const result = await fineTune({...base, recipe: few, onStep: ({step}) => seen.push(step)});
  expect(result).toMatchObject({rows: 12, steps: 2, trials: [], recipe: few});
  expect(seen).toEqual([0, 1]);
  result.dispose();
});

test('an encoder that remembers how its images are prepared keeps that', async () => {
  const model = smallEncoder();
  const preparation = {
    channels: 1,
    size: 8,
    crop: 0.5,
    interpolation: 'bilinear',
    normalization: {mean: [0.5], std: [0.2]},
  };
  model.setUserDefinedMetadata({preparation, more: 'kept'});
  const result = await fineTune({...base, encoder: model, recipe: {...recipe, steps: 2}});
  expect(result.encoder.getUserDefinedMetadata()).toEqual({preparation, more: 'kept'});
  expect(model.getUserDefinedMetadata()).toEqual({preparation, more: 'kept'});
  result.dispose();
  model.dispose();
});

test('a last step that ends in no number is an error, not a figure', async () => {
  const run = fineTune({...base, recipe: {...recipe, steps: 2, learningRates: [1e25]}});
  await expect(run).rejects.toThrow('fineTune: expected a finite loss, got none with learning rate 1e+25; lower it.');
});

test('leaves no tensor where it refuses', async () => {
  await expectNoLeaks(async () => {
    await expect(fineTune({...base, freeze: ['nope']})).rejects.toThrow('expected names of layers');
  }, 2);
});

test('leaves no tensor', async () => {
  await expectNoLeaks(async () => {
    const result = await fineTune({
      ...base,
      recipe: {...grid, steps: 2, learningRates: [0.1, 1e30], weightDecays: [0]},
    });
    result.dispose();
  }, 2);
});

describe('refuses', () => {
  const rejects = async (changes: Partial<Parameters<typeof fineTune>[0]>, message: string) =>
    expect(fineTune({...base, augment: evalAugment(), ...changes})).rejects.toThrow(message);
  const pixels = new Uint8Array(6 * 64);
  const withLabels = (labels?: number[]) => fromArrays({images: pixels, height: 8, width: 8, ...(labels && {labels})});

  test('labels that are missing or out of range', async () => {
    await rejects(
      {train: withLabels()},
      'fineTune: expected labels, an Int32Array, as labels of train, got undefined;',
    );
    await rejects({test: withLabels()}, 'fineTune: expected labels, an Int32Array, as labels of test, got undefined;');
    await rejects({classCount: 2}, 'fineTune: expected classes from 0 to 1 as labels of train, got 2 at 2;');
    await rejects(
      {test: withLabels([0, 1, 2, 3, 0, 0])},
      'fineTune: expected classes from 0 to 2 as labels of test, got 3 at 3;',
    );
  });

  test('classes of other names, or in another order', async () => {
    const named = (source: typeof train, classNames: string[]) => ({...source, classNames});
    const [ours, theirs] = [named(train, ['a', 'b', 'c']), named(others, ['b', 'c', 'd'])];
    await rejects(
      {train: ours, test: theirs},
      'fineTune: expected the class names of train (a, b, c) as those of test, got b, c, d; give both the same classes',
    );
    await rejects(
      // More classes behind those of the others keep their numbers.
      {train: ours, test: named(others, ['a', 'b', 'c', 'd']), validation: named(others, ['a', 'c', 'b'])},
      'fineTune: expected the class names of train (a, b, c) as those of validation, got a, c, b;',
    );
  });

  test('views that are prepared otherwise than the encoder remembers', async () => {
    const model = smallEncoder();
    model.setUserDefinedMetadata({preparation: {channels: 1, size: 8, normalization: {mean: [0.1], std: [0.05]}}});
    await rejects(
      {encoder: model, augment: evalAugment({size: 8})},
      'fineTune: expected images prepared as those that',
    );
    model.dispose();
  });

  test('no size that one side leaves open', async () => {
    const model = smallEncoder();
    for (const [preparation, augment] of [
      [{channels: 1, size: 8}, evalAugment()],
      [{channels: 1}, evalAugment({size: 8})],
    ] as const) {
      model.setUserDefinedMetadata({preparation});
      const result = await fineTune({...base, encoder: model, augment, recipe: {...recipe, steps: 1}});
      expect(result.rows).toBe(60);
      result.dispose();
    }
    model.setUserDefinedMetadata({preparation: {channels: 1, size: 9}});
    await rejects({encoder: model}, 'fineTune: expected images prepared as those that');
    model.dispose();
  });

  test('labels of another number', async () => {
    await rejects(
      {train: {...withLabels([0, 1, 2, 0, 1, 2]), labels: Int32Array.of(0, 1)}},
      'fineTune: expected 6 labels of train, one an image, got 2.',
    );
  });

  test('one class, an absent class, a class that cannot be held out or balanced', async () => {
    await rejects(
      {train: withLabels([1, 1, 1, 1, 1, 1])},
      'fineTune: expected at least two classes as labels of train, got 6 images of class 1;',
    );
    await rejects(
      {train: withLabels([0, 2, 0, 2, 0, 2])},
      'fineTune: expected at least 1 images of each class as train, got 0 of class 1; add some,',
    );
    await rejects(
      {train: withLabels([0, 1, 0, 1, 0, 2]), recipe: grid},
      'fineTune: expected at least 2 images of each class as train, got 1 of class 2; give more of it, or validation',
    );
    const uneven = subset(train, [0, 3, 6, 9, 12, 15, 18, 21, 1, 4, 7, 10, 13, 16, 19, 22, 2]);
    await rejects(
      {train: uneven, recipe: {...recipe, labels: 0.6}},
      'fineTune: expected at least 3 images of each class as train, got 1 of class 2; add images of it, or use all',
    );
  });

  test('a recipe that is none', async () => {
    await rejects(
      {recipe: {...recipe, steps: undefined}},
      'fineTune: expected either steps or epochs in recipe, got none',
    );
    await rejects({recipe: {...recipe, epochs: 3}}, 'fineTune: expected either steps or epochs in recipe, got both');
    await rejects({recipe: {...recipe, learningRates: []}}, 'fineTune: expected a list of numbers above 0');
  });
});
