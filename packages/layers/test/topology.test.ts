import {expectNoLeaks} from '@contrastive/testing';
import {batchNorm, forTraining, toStockTopology} from '@contrastive/layers';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {describe, expect, test, vi} from 'vitest';

/** Between our layer and the stock one, which compute inference by the same kernel. */
const SAME = {rtol: 0, atol: 1e-5};

const x = (): tf.Tensor4D => tf.randomUniform([4, 6, 6, 2], -1, 2, 'float32', 3);

/** Two convolutions with BatchNorm, their running statistics and weights moved away from the start. */
function network(
  norm: (config: {name: string; scale?: boolean; center?: boolean}) => tfl.layers.Layer,
): tfl.LayersModel {
  const conv = (name: string): object => ({
    name,
    filters: 3,
    kernelSize: 3,
    kernelInitializer: tfl.initializers.randomNormal({stddev: 0.5, seed: name.length}),
  });
  const model = tfl.sequential({
    layers: [
      tfl.layers.conv2d({...conv('a'), inputShape: [6, 6, 2]} as Parameters<typeof tfl.layers.conv2d>[0]),
      norm({name: 'a.bn'}),
      tfl.layers.conv2d(conv('bb') as Parameters<typeof tfl.layers.conv2d>[0]),
      norm({name: 'b.bn', center: false}),
    ],
  });
  tf.tidy(() => {
    for (const weight of model.weights) {
      if (/gamma|beta|moving/.test(weight.originalName))
        weight.write(tf.add(weight.read(), tf.tensor([0.1, 0.3, 0.2])));
    }
  });
  return model;
}

/** Four steps of gradient descent on an arbitrary loss. */
function train(model: tfl.LayersModel, images: tf.Tensor): void {
  const optimizer = tf.train.momentum(0.1, 0.9);
  const variables = model.trainableWeights.map(weight => weight.read()).filter(value => value instanceof tf.Variable);
  for (let step = 0; step < 4; step++) {
    optimizer.minimize(
      () => tf.mean<tf.Scalar>(tf.square(tf.sub(model.apply(images, {training: true}) as tf.Tensor, 0.5))),
      false,
      variables,
    );
  }
  optimizer.dispose();
}

async function artifactsOf(model: tfl.LayersModel): Promise<tf.io.ModelArtifacts & {modelTopology: object}> {
  let saved: tf.io.ModelArtifacts = {};
  await model.save(
    tf.io.withSaveHandler(artifacts => {
      saved = artifacts;
      return Promise.resolve({modelArtifactsInfo: {dateSaved: new Date(0), modelTopologyType: 'JSON'}});
    }),
  );
  return {...saved, modelTopology: saved.modelTopology as object};
}

/** Runs `body` in a process that knows nothing of our class. */
async function withoutOurClass(body: () => Promise<void>): Promise<void> {
  const known = tf.serialization.SerializationMap.getMap().classNameMap;
  const {ContrastiveBatchNorm: ours, ...others} = known;
  tf.serialization.SerializationMap.getMap().classNameMap = others;
  try {
    await body();
  } finally {
    tf.serialization.SerializationMap.getMap().classNameMap = {...others, ContrastiveBatchNorm: ours};
  }
}

describe('our class', () => {
  test('comes back from a save and from a configuration', async () => {
    const model = network(batchNorm);
    const saved = await artifactsOf(model);
    const loaded = await tfl.loadLayersModel(tf.io.fromMemory(saved));
    expect(loaded.layers.map(layer => layer.getClassName())).toEqual([
      'Conv2D',
      'ContrastiveBatchNorm',
      'Conv2D',
      'ContrastiveBatchNorm',
    ]);
    expect(loaded.layers[1].getConfig()).toMatchObject({epsilon: 1e-5, momentum: 0.9});
    const images = x();
    expect(loaded.apply(images, {training: true}) as tf.Tensor).toBeAllclose(
      model.apply(images, {training: true}) as tf.Tensor,
      SAME,
    );
    const configured = await tfl.models.modelFromJSON(
      model.toJSON(null, false) as Parameters<typeof tfl.models.modelFromJSON>[0],
    );
    expect(configured.layers[3].getClassName()).toBe('ContrastiveBatchNorm');
  });

  test('keeps its splits through a save and a configuration', async () => {
    const model = network(config => batchNorm({...config, splits: 2, splitting: 'contiguous'}));
    const images = x();
    const expected = model.apply(images, {training: true, updateStatistics: false}) as tf.Tensor;
    expect(model.apply(images, {training: true, updateStatistics: false, splits: 1}) as tf.Tensor).not.toBeAllclose(
      expected,
      SAME,
    );
    for (const copy of [await tfl.loadLayersModel(tf.io.fromMemory(await artifactsOf(model))), forTraining(model)]) {
      expect(copy.layers[1].getConfig()).toMatchObject({splits: 2, splitting: 'contiguous'});
      expect(copy.apply(images, {training: true}) as tf.Tensor).toBeAllclose(expected, SAME);
    }
  });

  test('is registered once, whatever evaluates the module again, and leaves the stock class alone', async () => {
    const classes = (): unknown[] =>
      ['ContrastiveBatchNorm', 'BatchNormalization'].map(
        name => (tf.serialization.SerializationMap.getMap().classNameMap[name] as unknown[])[0],
      );
    const before = classes();
    vi.resetModules();
    const again = await import('@contrastive/layers');
    expect(again.batchNorm).not.toBe(batchNorm);
    expect(classes()).toEqual(before);
    expect(again.batchNorm().constructor).toBe(batchNorm().constructor);
    expect(tfl.layers.batchNormalization().getClassName()).toBe('BatchNormalization');
  });
});

describe('toStockTopology', () => {
  test('gives a model that loads where our class is unknown and predicts the same', async () => {
    const model = network(batchNorm);
    const images = x();
    const saved = await artifactsOf(model);
    const copy = structuredClone(saved.modelTopology);
    const stock = {...saved, modelTopology: toStockTopology(saved.modelTopology)};
    expect(saved.modelTopology).toEqual(copy);
    await withoutOurClass(async () => {
      await expect(tfl.loadLayersModel(tf.io.fromMemory(saved))).rejects.toThrow(/ContrastiveBatchNorm/);
      const loaded = await tfl.loadLayersModel(tf.io.fromMemory(stock));
      expect(loaded.layers[1].getClassName()).toBe('BatchNormalization');
      expect(loaded.predict(images) as tf.Tensor).toBeAllclose(model.predict(images), SAME);
    });
  });

  test('leaves out what the stock layer does not know', () => {
    const model = network(config => batchNorm({...config, splits: 2}));
    const saved = {modelTopology: model.toJSON(null, false) as object};
    expect(JSON.stringify(saved)).toContain('"splits":2');
    const stock = JSON.stringify(toStockTopology(saved));
    expect(stock).not.toMatch(/splits|splitting|ContrastiveBatchNorm/);
    expect(stock).toContain('"epsilon":0.00001');
  });

  test('refuses text', () => {
    expect(() => toStockTopology('{}' as never)).toThrow(/topology object, got string; parse/);
  });
});

describe('forTraining', () => {
  test('makes ours of the stock layers, with the same predictions and no shared variable', () => {
    const stock = network(config => tfl.layers.batchNormalization({...config, epsilon: 1e-3, momentum: 0.7}));
    const ours = forTraining(stock);
    const images = x();
    expect(ours.layers[1].getClassName()).toBe('ContrastiveBatchNorm');
    expect(ours.layers[1].getConfig()).toMatchObject({epsilon: 1e-3, momentum: 0.7});
    const before = (stock.predict(images) as tf.Tensor).dataSync();
    expect(ours.predict(images)).toBeAllclose(before, SAME);
    ours.apply(images, {training: true}); // center: false: the stock layer throws here
    expect(stock.predict(images)).toBeAllclose(before, {rtol: 0, atol: 0});
    expect(ours.predict(images)).not.toBeAllclose(before, SAME);
  });

  test('makes what trains as a model that was built with ours', () => {
    const settings = {epsilon: 1e-3, momentum: 0.7};
    const converted = forTraining(network(config => tfl.layers.batchNormalization({...config, ...settings})));
    const ours = network(config => batchNorm({...config, ...settings}));
    const images = x();
    const before = ours.predict(images) as tf.Tensor;
    for (const model of [converted, ours]) train(model, images);
    expect(ours.predict(images)).not.toBeAllclose(before, {rtol: 0, atol: 0.1});
    for (const [i, weight] of ours.weights.entries()) {
      expect(converted.weights[i].originalName).toBe(weight.originalName);
      expect(converted.weights[i].read(), weight.originalName).toBeAllclose(weight.read(), SAME);
    }
  });

  test('keeps what is frozen, and nested models', () => {
    const inner = network(config => tfl.layers.batchNormalization(config));
    inner.layers[1].trainable = false;
    const input = tfl.input({shape: [6, 6, 2]});
    const outer = tfl.model({
      inputs: input,
      outputs: tfl.layers.flatten().apply(inner.apply(input)) as tfl.SymbolicTensor,
    });
    const ours = forTraining(outer);
    expect(ours.trainableWeights.map(({originalName}) => originalName)).toEqual(
      outer.trainableWeights.map(({originalName}) => originalName),
    );
    const images = x();
    expect(ours.predict(images)).toBeAllclose(outer.predict(images), SAME);
  });

  test('keeps what is frozen as a whole, in a nested model, and weight by weight', () => {
    const base = (): tfl.LayersModel => network(config => tfl.layers.batchNormalization(config));
    const whole = base();
    whole.trainable = false;
    expect(forTraining(whole).trainableWeights).toEqual([]);

    const inner = base();
    inner.trainable = false;
    const outer = tfl.sequential({layers: [inner, tfl.layers.flatten(), tfl.layers.dense({units: 2})]});
    const ours = forTraining(outer);
    expect(ours.trainableWeights.length).toBe(outer.trainableWeights.length);
    expect(outer.trainableWeights.length).toBe(2);
    const weights = inner.weights.map(weight => weight.read().dataSync());
    const copied = ours.layers[0].weights;
    train(ours, x());
    for (const [i, weight] of copied.entries()) {
      if (!weight.originalName.includes('moving')) expect(weight.read()).toBeAllclose(weights[i], {rtol: 0, atol: 0});
    }

    const single = base();
    const [kernel] = single.trainableWeights;
    kernel.trainable = false;
    const names = single.trainableWeights.map(({originalName}) => originalName);
    expect(names).not.toContain(kernel.originalName);
    expect(forTraining(single).trainableWeights.map(({originalName}) => originalName)).toEqual(names);
  });

  test.each([
    ['the last axis as tf.keras 2 spells it', {axis: [3] as never}, [6, 6, 2]],
    ['neither scale nor centre', {scale: false, center: false}, [6, 6, 2]],
    ['channels first', {axis: 1}, [6, 6, 2]],
    ['rank 3', {}, [6, 2]],
    ['rank 3 with the channels at axis 1', {axis: 1}, [6, 2]],
  ])('takes %s', (_name, config: Parameters<typeof tfl.layers.batchNormalization>[0], shape) => {
    const input = tfl.input({shape});
    const norm = tfl.layers.batchNormalization({name: 'bn', ...config});
    const dense = tfl.layers.dense({units: 2, name: 'dense'});
    const outputs = dense.apply(tfl.layers.flatten().apply(norm.apply(input))) as tfl.SymbolicTensor;
    const stock = tfl.model({inputs: input, outputs});
    const images = tf.randomUniform([5, ...shape], -1, 2, 'float32', 3);
    const ours = forTraining(stock);
    expect(ours.predict(images)).toBeAllclose(stock.predict(images), SAME);

    const axis = [config?.axis ?? -1].flat()[0];
    const others = [...images.shape.keys()].filter(one => one !== (axis + images.rank) % images.rank);
    const {mean, variance} = tf.moments(images, others, true);
    const values = images.size / mean.size;
    const expected = tf.div(tf.sub(images, mean), tf.sqrt(tf.add(variance, norm.getConfig().epsilon as number)));
    const part = tfl.model({inputs: ours.inputs, outputs: ours.getLayer('bn').output});
    expect(part.apply(images, {training: true}) as tf.Tensor).toBeAllclose(expected, {rtol: 0, atol: 1e-4});
    const moved = ours
      .getLayer('bn')
      .weights.find(({originalName}) => originalName.includes('moving_mean'))
      ?.read();
    expect(moved).toBeAllclose(tf.mul(tf.reshape(mean, [-1]), 0.01), {rtol: 0, atol: 1e-6});
    const spread = ours
      .getLayer('bn')
      .weights.find(({originalName}) => originalName.includes('moving_var'))
      ?.read();
    const unbiased = tf.mul(tf.reshape(variance, [-1]), values / (values - 1));
    expect(spread).toBeAllclose(tf.add(0.99, tf.mul(unbiased, 0.01)), {rtol: 0, atol: 1e-5});
    train(ours, images);
    expect(ours.predict(images)).not.toBeAllclose(stock.predict(images), SAME);
  });

  test('takes a layer that is applied twice', () => {
    const input = tfl.input({shape: [6, 6, 2]});
    const conv = tfl.layers.conv2d({filters: 2, kernelSize: 3, padding: 'same', name: 'conv'});
    const norm = tfl.layers.batchNormalization({name: 'bn'});
    const once = (tensor: tfl.SymbolicTensor) => norm.apply(conv.apply(tensor)) as tfl.SymbolicTensor;
    const outputs = tfl.layers.globalAveragePooling2d({}).apply(once(once(input))) as tfl.SymbolicTensor;
    const stock = tfl.model({inputs: input, outputs});
    const ours = forTraining(stock);
    const images = x();
    expect(ours.weights.length).toBe(stock.weights.length);
    expect(ours.predict(images)).toBeAllclose(stock.predict(images), SAME);
    train(ours, images);
    expect(ours.predict(images)).not.toBeAllclose(stock.predict(images), SAME);
  });

  test('leaks no tensor beside the weights that the copy frees', async () => {
    const stock = network(config => tfl.layers.batchNormalization(config));
    await expectNoLeaks(() => forTraining(stock).dispose());
  });
});
