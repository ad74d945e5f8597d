import {createRandom, evalAugment} from '@contrastive/augment';
import {fromArrays, subset} from '@contrastive/data';
import {namedWeights} from '@contrastive/layers';
import {expectNoLeaks, ofLargest} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {afterAll, describe, expect, test} from 'vitest';
import {
  extractFeatures,
  linearProbe,
  mocoLinear,
  selectRows,
  simclrLinear,
  unchanged,
  type Features,
  type LinearRecipe,
} from '@contrastive/linear-probe';
import {createClassifier, oneHot} from '../src/training/classifier.js';
import {featureExamples} from '../src/training/examples.js';
import {fitClassifiers, scheduleOf} from '../src/training/fit-classifiers.js';
import {labelledImages, smallEncoder} from './labelled-images.js';
import {expected} from './training-golden.js';

/** Thirty steps in float32 against float64, relative to the largest weight. */
const FLOAT32 = 1e-5;
/** The same steps on features that went through the network in other batches. */
const OTHER_BATCHES = 1e-4;

const {rows, columns, classCount, batchSize, epochs} = expected.linear;
const golden: Features = {
  rows,
  columns,
  data: Float32Array.from({length: rows * columns}, (_, k) =>
    Math.sin(1.3 * Math.floor(k / columns) + 0.9 * (k % columns) ** 2),
  ),
  labels: Int32Array.from({length: rows}, (_, i) => i % classCount),
};

describe.each([
  {recipe: {...mocoLinear, batchSize, epochs}, values: expected.linear.mocoLinear},
  {recipe: {...simclrLinear, batchSize, epochs}, values: expected.linear.simclrLinear},
])('$recipe.name equals PyTorch', ({recipe, values}) => {
  const perEpoch = Math.ceil(rows / batchSize);
  const schedule = scheduleOf(recipe, (recipe.learningRate * batchSize) / 256, perEpoch);

  test('learning rates', () => {
    expect(values.rates.map((_, step) => schedule(step))).toBeAllclose(values.rates, {rtol: 1e-8});
  });

  test('weights after all steps', () => {
    const start = Float32Array.from(
      {length: columns * classCount},
      (_, k) => recipe.initialDeviation * Math.cos(1.1 * k * k),
    );
    const {momentum, nesterov, weightDecay} = recipe;
    const classifier = createClassifier({columns, classCount, start, momentum, nesterov, weightDecay});
    for (let step = 0; step < epochs * perEpoch; step++) {
      const from = (step % perEpoch) * batchSize;
      const batch = selectRows(
        golden,
        Array.from({length: Math.min(batchSize, rows - from)}, (_, i) => from + i),
      );
      tf.tidy(() => {
        const features = tf.tensor2d(batch.data, [batch.rows, columns]);
        classifier.step(features, oneHot(batch.labels ?? new Int32Array(), classCount), schedule(step));
      });
    }
    expect(classifier.kernel).toBeAllclose(values.weights, ofLargest(FLOAT32, values.weights));
    expect(classifier.bias).toBeAllclose(values.bias, ofLargest(FLOAT32, values.bias));
    classifier.dispose();
  });
});

test('classifiers side by side learn as each does alone', async () => {
  const options = {recipe: {...mocoLinear, batchSize, epochs: 4}, classes: Int32Array.of(0, 1, 2), columns, seed: 3};
  const both = await fitClassifiers(featureExamples(golden), {...options, learningRates: [0.5, 30]});
  const [alone] = await fitClassifiers(featureExamples(golden), {...options, learningRates: [30]});
  expect(both[1].classifier.kernel.dataSync()).toEqual(alone.classifier.kernel.dataSync());
  expect(both[0].classifier.kernel.dataSync()).not.toEqual(alone.classifier.kernel.dataSync());
  for (const {classifier} of [...both, alone]) classifier.dispose();
});

test('the published recipes', () => {
  expect(mocoLinear).toMatchObject({
    ...{learningRate: 30, batchSize: 256, epochs: 100, momentum: 0.9, nesterov: false, weightDecay: 0},
    ...{schedule: {milestones: [0.6, 0.8], factor: 0.1}, initialDeviation: 0.01},
  });
  expect(simclrLinear).toMatchObject({
    ...{learningRate: 0.1, batchSize: 256, epochs: 90, momentum: 0.9, nesterov: true, weightDecay: 0},
    ...{schedule: 'cosine', initialDeviation: 0},
  });
  const schedule = scheduleOf(mocoLinear, 30, 10);
  expect([0, 599, 600, 799, 800, 999].map(schedule)).toBeAllclose([30, 30, 3, 3, 0.3, 0.3], {rtol: 1e-6});
});

/** Clouds of 4 classes in 20 columns, of which 3 tell the classes apart. */
function clouds(count: number, seed: number, scale = 1): Features {
  const random = createRandom(seed);
  const labels = Int32Array.from({length: count}, (_, i) => 10 * (i % 4));
  const centres = [
    [2, 0, 0],
    [0, 2, 0],
    [0, 0, 2],
    [-1, -1, -1],
  ];
  const data = Float32Array.from(
    {length: count * 20},
    (_, i) => scale * ((centres[labels[Math.floor(i / 20)] / 10][i % 20] ?? 0) + random.normal()),
  );
  return {data, rows: count, columns: 20, labels};
}
const short: LinearRecipe = {...simclrLinear, batchSize: 64, epochs: 10};
const [train, judged] = [clouds(240, 1), clouds(200, 2)];

describe('on features', () => {
  test('gives the recipe’s figure and that of a chosen rate, with what they are made of', async () => {
    const progress: number[][] = [];
    const result = await linearProbe(train, judged, {
      recipe: short,
      learningRates: [1e-6, 1],
      seed: 1,
      onProgress: (done, total) => progress.push([done, total]),
    });
    const {asPublished, chosen, trials, classes, labels} = result;
    expect(asPublished.learningRate).toBe(0.1);
    expect(chosen.learningRate).toBe(1);
    expect(trials.map(({learningRate}) => learningRate)).toEqual([1e-6, 1]);
    expect(trials[1].crossEntropy).toBeLessThan(trials[0].crossEntropy);
    expect(result.validationRows).toBe(48);
    expect(Array.from(classes)).toEqual([0, 10, 20, 30]);
    expect(labels).toEqual(judged.labels);
    expect(chosen.accuracy).toBeGreaterThan(0.8);
    for (const {accuracy, predictions, scores, weights, bias} of [asPublished, chosen]) {
      const right = predictions.filter((label, i) => label === labels[i]).length;
      expect(accuracy).toBe(right / 200);
      // The scores are those of the weights, by hand.
      for (const [row, c] of [
        [0, 0],
        [17, 3],
        [199, 2],
      ]) {
        let score = bias[c];
        for (let j = 0; j < 20; j++) score += judged.data[row * 20 + j] * weights[j * 4 + c];
        expect(scores[row * 4 + c]).toBeAllclose(score, {rtol: 1e-4, atol: 1e-5});
      }
    }
    expect(progress).toEqual(Array.from({length: 20}, (_, i) => [i + 1, 20]));
  });

  test('is a function of the seed', async () => {
    const run = async (seed: number) =>
      (await linearProbe(train, judged, {recipe: short, learningRates: [1], seed})).chosen.weights;
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
  });

  test('a rate that is too high is told, and never chosen', async () => {
    const large = [clouds(120, 1, 1e18), clouds(40, 2, 1e18)] as const;
    const recipe = {...mocoLinear, epochs: 3, batchSize: 32, learningRate: 1e20};
    const {asPublished, chosen, trials} = await linearProbe(...large, {recipe, learningRates: [1e20, 1e-36], seed: 1});
    expect(asPublished.diverged).toBe(true);
    expect(trials[0].crossEntropy).toBe(Infinity);
    expect(chosen).toMatchObject({learningRate: 1e-36, diverged: false});
  });

  test('validation rows join the training rows in the end, and test rows of other classes count as wrong', async () => {
    const [fit, validation] = [selectRows(train, [...Array(200).keys()]), selectRows(train, [200, 201, 202, 203])];
    const options = {recipe: short, learningRates: [1, 0.1], seed: 1};
    const apart = await linearProbe(fit, judged, {...options, validation});
    const together = selectRows(train, [...Array(204).keys()]);
    const {chosen} = await linearProbe(together, judged, {...options, learningRates: [apart.chosen.learningRate]});
    expect(apart.validationRows).toBe(4);
    expect(apart.chosen.weights).toEqual(chosen.weights);
    const three = selectRows(train, [0, 1, 2, 4, 5, 6, 8, 9, 10]);
    const {unknownRows} = await linearProbe(three, judged, {...options, learningRates: [1]});
    expect(unknownRows).toBe(50);
  });

  test('leaves no tensor', async () => {
    await expectNoLeaks(
      () => linearProbe(train, judged, {recipe: {...short, epochs: 1}, learningRates: [1, 2], seed: 1}),
      2,
    );
  });
});

describe('on images', () => {
  const [images, others] = [labelledImages(60, 1), labelledImages(30, 2)];
  const encoder = smallEncoder();
  const options = {recipe: {...short, batchSize: 16, epochs: 3}, learningRates: [1, 0.01], seed: 5};
  afterAll(() => {
    encoder.dispose();
  });

  test('without augmentation equals the probe on cached features', async () => {
    const result = await linearProbe(images, others, {...options, encoder, augment: evalAugment()});
    const [learned, tested] = [await extractFeatures(encoder, images), await extractFeatures(encoder, others)];
    const cached = await linearProbe(learned, tested, options);
    expect(result.chosen.learningRate).toBe(cached.chosen.learningRate);
    expect(result.chosen.weights).toBeAllclose(
      cached.chosen.weights,
      ofLargest(OTHER_BATCHES, Array.from(cached.chosen.weights)),
    );
    expect(result.trials.map(({accuracy}) => accuracy)).toEqual(cached.trials.map(({accuracy}) => accuracy));
  });

  test('crops and flips by default, and leaves the encoder as it is', async () => {
    const check = await unchanged(encoder);
    const result = await linearProbe(images, others, {...options, encoder});
    const plain = await linearProbe(images, others, {...options, encoder, augment: evalAugment()});
    expect(result.chosen.weights).not.toEqual(plain.chosen.weights);
    await check();
  });

  test('leaves no tensor', async () => {
    const run = () => linearProbe(images, others, {...options, encoder, recipe: {...options.recipe, epochs: 1}});
    await expectNoLeaks(run, 1);
  });
});

describe('the encoder must not move', () => {
  const encoder = smallEncoder();
  const images = labelledImages(12, 1);
  afterAll(() => {
    encoder.dispose();
  });
  /** Changes one number of a tensor by its last bit. */
  const nudge = (name: string): void => {
    const {variable} = namedWeights(encoder, 'encoder').find(one => one.name === name) ?? {};
    tf.tidy(() => {
      const values = variable?.dataSync<'float32'>().slice() ?? new Float32Array();
      new Uint32Array(values.buffer)[values.length - 1] ^= 1;
      variable?.assign(tf.tensor(values, variable.shape));
    });
  };

  test.each(['encoder/bn1/moving_variance', 'encoder/features/kernel'])('%s', async name => {
    const check = await unchanged(encoder);
    await check();
    nudge(name);
    await expect(check()).rejects.toThrow(`expected a frozen encoder, bit for bit as it was, got another ${name};`);
  });

  test('what changes during linearProbe and extractFeatures is an error', async () => {
    const recipe = {...short, epochs: 1}; // one call: the same bit twice would be no change
    const probe = linearProbe(images, images, {
      ...{encoder, recipe, learningRates: [1], seed: 1},
      onProgress: () => {
        nudge('encoder/layer1.bn1/moving_mean');
      },
    });
    await expect(probe).rejects.toThrow('linearProbe: expected a frozen encoder');
    const features = extractFeatures(encoder, images, {
      onProgress: () => {
        nudge('encoder/conv1/kernel');
      },
    });
    await expect(features).rejects.toThrow('extractFeatures: expected a frozen encoder');
  });

  test('a layer that trains in inference is found', async () => {
    const model = smallEncoder();
    const norm = model.getLayer('bn1');
    const call = norm.call.bind(norm);
    norm.call = (inputs, kwargs) => call(inputs, {...kwargs, training: true});
    await expect(
      linearProbe(images, images, {encoder: model, recipe: {...short, epochs: 1}, learningRates: [1], seed: 1}),
    ).rejects.toThrow(/: expected a frozen encoder.* got another encoder\/bn1\/moving_mean/);
    model.dispose();
  });
});

describe('refuses', () => {
  const options = {recipe: short, seed: 1};
  const encoder = smallEncoder();
  const images = labelledImages(12, 1);
  afterAll(() => {
    encoder.dispose();
  });

  test('features and images where the other is meant', async () => {
    await expect(linearProbe(images, images, options)).rejects.toThrow(
      'linearProbe: expected features as train, got a source of images; give the encoder too',
    );
    await expect(linearProbe(train, judged, {...options, encoder})).rejects.toThrow(
      'linearProbe: expected a source of images as train',
    );
  });

  test('no labels', async () => {
    await expect(linearProbe({...train, labels: undefined}, judged, options)).rejects.toThrow(
      'linearProbe: expected features with labels',
    );
    const pixels = fromArrays({images: new Uint8Array(4 * 64), height: 8, width: 8});
    await expect(linearProbe(pixels, images, {...options, encoder})).rejects.toThrow(
      'linearProbe: expected labels, an Int32Array, as labels of train, got undefined;',
    );
  });

  test('labels of another number, one class, a class of one row', async () => {
    await expect(linearProbe({...train, labels: Int32Array.of(1, 2)}, judged, options)).rejects.toThrow(
      'linearProbe: expected one label a row as train.labels, got 2 for 240 rows',
    );
    await expect(linearProbe(selectRows(train, [0, 4, 8]), judged, options)).rejects.toThrow(
      'linearProbe: expected at least two classes as labels of train, got 3 images of class 0; add images of another',
    );
    await expect(linearProbe(selectRows(train, [0, 4, 8, 1]), judged, options)).rejects.toThrow(
      'linearProbe: expected at least 2 images of each class as train, got 1 of class 10; give more of it, or',
    );
    await expect(linearProbe(subset(images, [0, 3]), images, {...options, encoder})).rejects.toThrow(
      'linearProbe: expected at least two classes as labels of train, got 2 images of class 0;',
    );
  });

  test('classes of other names, views that are prepared otherwise', async () => {
    const [ours, theirs] = [
      ['a', 'b', 'c'],
      ['b', 'c', 'a'],
    ].map(classNames => ({...images, classNames}));
    await expect(linearProbe(ours, theirs, {...options, encoder})).rejects.toThrow(
      'linearProbe: expected the class names of train (a, b, c) as those of test, got b, c, a;',
    );
    const model = smallEncoder();
    model.setUserDefinedMetadata({preparation: {channels: 1, size: 8, normalization: {mean: [0.1], std: [0.05]}}});
    await expect(linearProbe(images, images, {...options, encoder: model, augment: evalAugment()})).rejects.toThrow(
      'linearProbe: expected images prepared as those that the encoder was trained on',
    );
    model.dispose();
  });

  test('validation of a class that train lacks', async () => {
    const validation = {...selectRows(train, [0]), labels: Int32Array.of(7)};
    for (const learningRates of [undefined, [0.1]])
      await expect(linearProbe(train, judged, {...options, validation, learningRates})).rejects.toThrow(
        'linearProbe: expected classes of train (0, 10, 20, 30) as labels of validation, got 7;',
      );
  });

  test('a recipe that is none', async () => {
    for (const recipe of [
      {...short, epochs: 0},
      {...short, schedule: {milestones: [60, 80], factor: 0.1}},
    ])
      await expect(linearProbe(train, judged, {...options, recipe})).rejects.toThrow('linearProbe: expected ');
    const model = tfl.sequential({layers: [tfl.layers.dense({units: 2, inputShape: [3]})]});
    await expect(linearProbe(images, images, {...options, encoder: model})).rejects.toThrow(
      'linearProbe: expected images',
    );
    model.dispose();
  });
});
