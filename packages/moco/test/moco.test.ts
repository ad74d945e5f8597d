import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {batchNorm} from '@contrastive/layers';
import {infoNCE, ntXent, type Loss} from '@contrastive/losses';
import {sgd} from '@contrastive/optim';
import {expectNoLeaks} from '@contrastive/testing';
import {train, type Views} from '@contrastive/train';
import {afterAll, describe, expect, test} from 'vitest';
import {moco, mocoV1, mocoV2, type MoCoLossInput, type MoCoOptions} from '../src/index.js';
import {createKeyNetworks, inverse} from '../src/key-networks.js';
import {permutation} from '../src/permutation.js';
import {batches, makeEncoder, makeHead, views} from './tiny.js';

/** The same sums in another order. */
const sameSums = {rtol: 0, atol: 1e-6};

const [encoder, head] = [makeEncoder(), makeHead()];
const small = {encoder, head, queueSize: 8, keyMomentum: 0.5};
const context = {step: 0, seed: 0};

/** Runs `body` with a method, and frees it. */
function withMoCo(options: Partial<MoCoOptions>, body: (method: ReturnType<typeof moco>) => void): void {
  const method = moco({...small, ...options});
  tf.tidy(() => {
    body(method);
  });
  method.dispose();
}

const values = (variables: Readonly<Record<string, tf.Tensor>>): Record<string, number[]> =>
  Object.fromEntries(Object.entries(variables).map(([name, variable]) => [name, Array.from(variable.dataSync())]));

afterAll(() => {
  encoder.dispose();
  head.dispose();
});

test('names weights, key weights and queue', () => {
  withMoCo({}, method => {
    const weights = [
      'encoder/conv/kernel',
      'encoder/conv.bn/gamma',
      'encoder/conv.bn/beta',
      'head/projection1/kernel',
      'head/projection1/bias',
    ];
    const statistics = ['encoder/conv.bn/moving_mean', 'encoder/conv.bn/moving_variance'];
    expect(Object.keys(method.parameters)).toEqual(weights);
    const all = [...weights, ...statistics];
    expect(Object.keys(method.state()).sort()).toEqual(
      [...all, ...all.map(name => `key/${name}`), 'queue/position', 'queue/rows'].sort(),
    );
    for (const name of all)
      expect(method.state()[`key/${name}`], name).toBeAllclose(method.state()[name], {rtol: 0, atol: 0});
  });
});

describe('keys', () => {
  test('leave nothing on the tape', async () => {
    const method = moco(small);
    const optimizer = sgd(method.parameters);
    const keyIds = new Set(
      Object.entries(method.state()).flatMap(([name, {id}]) => (name.startsWith('key/') ? [id] : [])),
    );
    let nodes = 0;
    const watched = {
      ...method,
      loss: (...[projections, targets]: Parameters<typeof method.loss>) => {
        const loss = method.loss(projections, targets);
        const {activeTape} = tf.engine().state;
        nodes += activeTape.length;
        for (const {inputs, outputs} of activeTape) {
          expect(Object.values(inputs).filter(({id}) => keyIds.has(id))).toEqual([]);
          expect(outputs.filter(({id}) => id === targets.forward.id)).toEqual([]);
        }
        return loss;
      },
    };
    for await (const {step} of train({
      method: watched,
      optimizer,
      views: batches(0, 1, 4),
      learningRate: 0.1,
      steps: 1,
    }))
      expect(step).toBe(0);
    expect(nodes).toBeGreaterThan(5);
    optimizer.dispose();
    method.dispose();
  });

  test('are refused of batches with one view of each image', () => {
    withMoCo({}, method => {
      const batch = views(0, 4);
      expect(() => method.targets({...batch, second: batch.first}, context)).toThrow(
        'MoCo: expected two views of each image, got one tensor as both; use twoViews.',
      );
    });
  });

  test('are of the other view, by networks of their own in training mode', () => {
    withMoCo({}, method => {
      const batch = views(0, 4);
      const before = values(method.state());
      const keys = method.targets(batch, context);
      // the key networks are still equal
      const queries = method.project({...batch, first: tf.clone(batch.second)}, {updateStatistics: false});
      expect(keys.forward).toBeAllclose(queries.forward, sameSums);
      const after = values(method.state());
      const moved = Object.keys(after).filter(name => after[name].some((value, i) => value !== before[name][i]));
      expect(moved.sort()).toEqual(['key/encoder/conv.bn/moving_mean', 'key/encoder/conv.bn/moving_variance']);
    });
  });

  test('of one order are those of another: shuffling a whole batch changes nothing', () => {
    tf.tidy(() => {
      const keys = createKeyNetworks({encoder, head}, 1);
      const images = views(0, 6).first;
      const order = permutation(6, 1, 2, 2);
      expect(keys.encode(images, order)).toBeAllclose(keys.encode(images), sameSums);
      keys.dispose();
      const split = createKeyNetworks({encoder, head}, 3);
      const apart = tf.max(tf.abs(tf.sub(split.encode(images, order), split.encode(images)))).dataSync()[0];
      expect(apart).toBeGreaterThan(1e-3);
      split.dispose();
    });
  });

  test('with splits are in groups of their own, unless they are not shuffled', () => {
    const apart = (shuffle?: boolean): number => {
      let difference = NaN;
      withMoCo({splits: 3, ...(shuffle !== undefined && {shuffle})}, method => {
        const batch = views(0, 6);
        const keys = method.targets(batch, context);
        const queries = method.project({...batch, first: tf.clone(batch.second)}, {updateStatistics: false});
        difference = tf.max(tf.abs(tf.sub(keys.forward, queries.forward))).dataSync()[0];
      });
      return difference;
    };
    expect(apart(false)).toBeLessThan(sameSums.atol);
    expect(apart()).toBeGreaterThan(1e-3);
    expect(apart(true)).toBe(apart());
  });

  test('orders are permutations that differ by seed, step and view', () => {
    const order = permutation(50, 7, 3, 1);
    expect(Array.from(order).sort((a, b) => a - b)).toEqual(Array.from({length: 50}, (_, i) => i));
    expect(Array.from(inverse(order), place => order[place])).toEqual(Array.from({length: 50}, (_, i) => i));
    expect(permutation(50, 7, 3, 1)).toEqual(order);
    for (const other of [permutation(50, 8, 3, 1), permutation(50, 7, 4, 1), permutation(50, 7, 3, 2)])
      expect(other).not.toEqual(order);
  });
});

describe('the queue', () => {
  test.each([false, true])('is compared as it was before the batch; symmetric: %s', symmetric => {
    const seen: {compared: number[]; negatives: number[][]}[] = [];
    const spy: Loss<MoCoLossInput> = input => {
      seen.push({compared: [input.z1.id, input.z2.id], negatives: input.negatives.arraySync()});
      return infoNCE()(input);
    };
    withMoCo({loss: spy, symmetric}, method => {
      const {'queue/rows': rows, 'queue/position': position} = method.state();
      const batch = views(0, 3);
      const before = rows.arraySync();
      const targets = method.targets(batch, context);
      const projections = method.project(batch);
      seen.length = 0;
      method.loss(projections, targets);
      const pairs = (symmetric ? ['forward', 'backward'] : ['forward']).map(pair => [projections[pair], targets[pair]]);
      expect(seen.map(({compared}) => compared)).toEqual(pairs.map(pair => pair.map(({id}) => id)));
      for (const {negatives} of seen) expect(negatives).toEqual(before);
      method.update(targets, context);
      const keys = symmetric ? [targets.backward, targets.forward] : [targets.forward];
      const unit = keys.flatMap(k => k.arraySync()).map(row => row.map(x => x / Math.hypot(...row)));
      expect((rows.arraySync() as number[][]).slice(0, unit.length)).toBeAllclose(unit, sameSums);
      expect(position.dataSync()[0]).toBe(unit.length);
    });
  });

  test('the symmetric loss is the mean of both directions', () => {
    const batch = views(0, 4);
    const swapped = {...batch, first: batch.second, second: batch.first};
    const lossOf = (options: Partial<MoCoOptions>, of: Views): number => {
      let value = NaN;
      withMoCo(options, method => {
        value = method.loss(method.project(of, {updateStatistics: false}), method.targets(of, context)).dataSync()[0];
      });
      return value;
    };
    expect(lossOf({symmetric: true}, batch)).toBeAllclose((lossOf({}, batch) + lossOf({}, swapped)) / 2, {rtol: 1e-5});
    tf.dispose([batch.first, batch.second]);
  });
});

describe('momentum', () => {
  test.each([0, 1, 0.25])('%s', momentum => {
    withMoCo({keyMomentum: momentum}, method => {
      const kernel = method.parameters['head/projection1/kernel'];
      const key = method.state()['key/head/projection1/kernel'];
      const before = key.dataSync()[0];
      const targets = method.targets(views(0, 4), context);
      kernel.assign(tf.add(kernel, 1));
      method.update(targets, context);
      expect(key.dataSync()[0] - before).toBeAllclose(1 - momentum, {atol: 1e-6});
      kernel.assign(tf.sub(kernel, 1));
    });
  });

  test('a function is asked for each step', () => {
    const asked: number[] = [];
    const momentum = (step: number): number => {
      asked.push(step);
      return step < 5 ? 0.9 : 1.5;
    };
    withMoCo({keyMomentum: momentum}, method => {
      const targets = method.targets(views(0, 4), context);
      method.update(targets, {step: 3, seed: 0});
      expect(() => {
        method.update(targets, {step: 5, seed: 0});
      }).toThrow('expected a number from 0 to 1 as momentum, got 1.5');
      expect(asked).toEqual([3, 5]);
    });
  });
});

test('a resumed run goes on as one that never stopped', async () => {
  const run = async (
    from: number,
    to: number,
    saved?: Record<string, tf.Tensor>,
  ): Promise<Record<string, tf.Tensor>> => {
    const [e, h] = [makeEncoder(), makeHead()];
    // another start of the queue each time
    const method = moco({encoder: e, head: h, queueSize: 7, splits: 2, keyMomentum: 0.5, seed: from});
    const optimizer = sgd(method.parameters);
    const all = (): Record<string, tf.Variable> => ({...method.state(), ...optimizer.state()});
    if (saved) {
      const part = (names: object): Record<string, tf.Tensor> =>
        Object.fromEntries(Object.keys(names).map(name => [name, saved[name]]));
      await method.restore(part(method.state()));
      await optimizer.restore(part(optimizer.state()));
    }
    const views = batches(from, to, 4);
    for await (const {step} of train({
      method,
      optimizer,
      views,
      learningRate: 0.1,
      startStep: from,
      steps: to,
      seed: 3,
    }))
      expect(step).toBeLessThan(to);
    const copied = (variable: tf.Tensor): tf.Tensor => tf.tidy(() => tf.mul(variable, tf.scalar(1, variable.dtype)));
    const result = Object.fromEntries(Object.entries(all()).map(([name, variable]) => [name, copied(variable)]));
    method.dispose();
    optimizer.dispose();
    e.dispose();
    h.dispose();
    return result;
  };
  const straight = await run(0, 4);
  const half = await run(0, 2);
  // The queue of a fresh method differs, and so would the end without the restored one.
  const resumed = await run(2, 4, half);
  for (const [name, tensor] of Object.entries(straight))
    expect(resumed[name], name).toBeAllclose(tensor, {rtol: 1e-6, atol: 1e-7});
  tf.dispose([straight, half, resumed]);
});

test('running statistics of the trained networks move unless told otherwise, frozen weights are no parameters', () => {
  const frozen = makeEncoder();
  frozen.getLayer('conv').trainable = false;
  withMoCo({encoder: frozen}, method => {
    expect(Object.keys(method.parameters)[0]).toBe('encoder/conv.bn/gamma');
    const mean = method.state()['encoder/conv.bn/moving_mean'];
    const before = Array.from(mean.dataSync());
    method.project(views(0, 4), {updateStatistics: false});
    expect(mean).toBeAllclose(before, {atol: 0, rtol: 0});
    method.project(views(0, 4));
    expect(mean).not.toBeAllclose(before, sameSums);
  });
  frozen.dispose();
});

test('presets have the papers’ settings', () => {
  for (const [preset, temperature] of [
    [mocoV1, 0.07],
    [mocoV2, 0.2],
  ] as const) {
    const [method, explicit] = [
      preset({encoder, head, seed: 1}),
      moco({encoder, head, seed: 1, loss: infoNCE({temperature}), keyMomentum: 0.999}),
    ];
    expect(method.state()['queue/rows'].shape).toEqual([65536, 3]);
    const compare = (of: typeof method): number[] =>
      tf.tidy(() => {
        const batch = views(0, 4);
        const targets = of.targets(batch, context);
        const loss = of.loss(of.project(batch, {updateStatistics: false}), targets).dataSync()[0];
        const kernel = of.parameters['encoder/conv/kernel'];
        const before = tf.clone(kernel);
        kernel.assign(tf.add(kernel, 1));
        of.update(targets, context);
        const moved = tf.max(tf.sub(of.state()['key/encoder/conv/kernel'], before)).dataSync()[0];
        kernel.assign(before);
        return [loss, moved];
      });
    const [loss, moved] = compare(method);
    expect([loss, moved]).toEqual(compare(explicit));
    expect(moved).toBeAllclose(0.001, {atol: 1e-6});
    const softer = preset({encoder, head, temperature: 1, queueSize: 65536, seed: 1});
    expect(Math.abs(compare(softer)[0] - loss)).toBeGreaterThan(0.01);
    for (const made of [method, explicit, softer]) made.dispose();
  }
});

describe('refuses', () => {
  test.each(Object.entries({mocoV1, mocoV2}))('a loss for the preset %s, which has its own', (name, preset) => {
    const options = {encoder, queueSize: 8, loss: infoNCE()}; // more than the type knows, as from JavaScript
    expect(() => preset(options)).toThrow(`${name}: expected options among`);
    expect(() => preset(options)).toThrow('got loss');
  });

  const stock = makeEncoder(config => tfl.layers.batchNormalization(config));
  const maps = tfl.sequential({layers: [tfl.layers.conv2d({filters: 1, kernelSize: 1, inputShape: [4, 4, 2]})]});
  const anySize = tfl.sequential({layers: [tfl.layers.activation({activation: 'linear', inputShape: [null]})]});
  const otherHead = tfl.sequential({layers: [tfl.layers.dense({units: 2, inputShape: [9]})]});

  afterAll(() => {
    for (const model of [stock, maps, anySize, otherHead]) model.dispose();
  });

  test.each<[string, Record<string, unknown>, new (message: string) => Error, string]>([
    [
      'an empty queue',
      {queueSize: 0},
      RangeError,
      'moco: expected an integer from 1 on as queueSize, got 0; MoCo takes 65536',
    ],
    ['half a row', {queueSize: 2.5}, RangeError, 'expected an integer from 1 on as queueSize, got 2.5'],
    [
      'momentum below 0',
      {keyMomentum: -0.1},
      RangeError,
      'moco: expected a number from 0 to 1, or a function of the step as keyMomentum, got -0.1; it is the fraction',
    ],
    ['momentum above 1', {keyMomentum: 1.01}, RangeError, 'as keyMomentum, got 1.01; it is the fraction'],
    ['momentum NaN', {keyMomentum: NaN}, RangeError, 'as keyMomentum, got NaN'],
    ['momentum as text', {keyMomentum: '0.9'}, TypeError, "as keyMomentum, got '0.9'"],
    ['no splits', {splits: 0}, RangeError, 'moco: expected an integer from 1 on as splits, got 0'],
    ['shuffle as a number', {shuffle: 1}, TypeError, 'moco: expected true or false as shuffle, got 1.'],
    ['symmetric as a number', {symmetric: 1}, TypeError, 'moco: expected true or false as symmetric, got 1.'],
    ['half a seed', {seed: 0.5}, RangeError, 'moco: expected an integer as seed, got 0.5.'],
    [
      'splits of stock layers',
      {encoder: stock, splits: 2},
      TypeError,
      'to normalise 2 splits, got the stock layer conv.bn; build with batchNorm',
    ],
    [
      'an encoder with maps for output',
      {encoder: maps},
      RangeError,
      'moco: expected [n, d] as the output of encoder, got [n, 4, 4, 1]',
    ],
    [
      'a head of unknown size',
      {head: anySize},
      RangeError,
      'moco: expected an output of known size of head, got [n, n]; fix the size of its input',
    ],
    [
      'a head of another size',
      {head: otherHead},
      RangeError,
      "moco: expected a head that takes the encoder's [n, 4], got one that takes [n, 9]",
    ],
    ['no encoder', {encoder: undefined}, TypeError, 'moco: expected an object as encoder, got undefined'],
    [
      'no loss',
      {loss: 'infoNCE'},
      TypeError,
      "moco: expected a function as loss, got 'infoNCE'; leave it out for infoNCE().",
    ],
  ])('%s', async (_, options, kind, message) => {
    const create = (): unknown => moco(Object.assign({}, small, options));
    expect(create).toThrow(kind);
    expect(create).toThrow(message);
    await expectNoLeaks(() => {
      expect(create).toThrow();
    }, 1);
  });

  test('a misspelt option, with the one that was meant', () => {
    expect(() => moco({...small, momentum: 0.99} as MoCoOptions)).toThrow('got momentum; did you mean keyMomentum?');
    expect(() => mocoV2({...small, temprature: 0.1} as MoCoOptions)).toThrow(
      'got temprature; did you mean temperature?',
    );
  });

  test('a loss may need labels, where the views have them', async () => {
    const needy: Loss<MoCoLossInput> = input => {
      if (!(input as {labels?: tf.Tensor}).labels) throw new Error('no labels');
      return infoNCE()(input);
    };
    const method = moco({...small, loss: needy});
    const optimizer = sgd(method.parameters);
    async function* labelled() {
      for await (const batch of batches(0, 1, 4)) yield {...batch, labels: Int32Array.of(0, 1, 2, 3)};
    }
    const {value} = await train({method, optimizer, views: labelled(), learningRate: 0.1}).next();
    expect(value?.loss).toBeGreaterThan(0);
    for (const one of [optimizer, method]) one.dispose();
  });

  test.each<[string, Loss<MoCoLossInput>, string]>([
    ['takes no negatives', ntXent(), 'got “ntXent: expected no negatives'],
    ['drops them', ({z1, z2}) => tf.mean(tf.mul(z1, z2)), 'moco: expected a loss that depends on its negatives'],
  ])('a loss that %s, in the first step', async (_, loss, message) => {
    const method = moco({...small, loss});
    const optimizer = sgd(method.parameters);
    const run = train({method, optimizer, views: batches(0, 1, 4), learningRate: 0.1, readEvery: 10});
    await expect(run.next()).rejects.toThrow(message);
    optimizer.dispose();
    method.dispose();
  });

  test.each<[string, Partial<MoCoOptions>, () => Views, string]>([
    [
      'a batch larger than the queue',
      {},
      () => views(0, 9),
      'MoCo: expected at most 8 keys a batch, as many as the queue holds, got 9 of 9 images; use a smaller batch',
    ],
    ['two views larger than the queue', {symmetric: true}, () => views(0, 5), 'got 10 of 5 images'],
    [
      'splits that do not divide the batch',
      {splits: 3},
      () => views(0, 4),
      'MoCo: expected splits that divide the batch, got 3 splits of 4 images',
    ],
    [
      'views of two sizes',
      {},
      () => ({...views(0, 4), second: views(0, 3).second}),
      'expected both views of the same shape, got [4, 4, 4, 2] and [3, 4, 4, 2]',
    ],
    [
      'images of another size',
      {},
      () => ({...views(0, 4), first: tf.zeros([4, 5, 5, 2])}),
      'expected [n, 4, 4, 2] as first views, got [4, 5, 5, 2]',
    ],
    [
      'vectors',
      {},
      () => ({...views(0, 4), second: tf.zeros<tf.Rank>([4, 32]) as tf.Tensor4D}),
      'expected [n, 4, 4, 2] as second views, got [4, 32]',
    ],
    [
      'bytes',
      {},
      () => ({...views(0, 4), first: tf.zeros([4, 4, 4, 2], 'int32')}),
      'expected float32 images as first views, got int32',
    ],
  ])('%s', (_, options, make, message) => {
    withMoCo(options, method => {
      const before = values(method.state());
      expect(() => method.targets(make(), context)).toThrow(message);
      expect(values(method.state())).toEqual(before);
    });
  });

  test('one image where BatchNorm needs two values', () => {
    const flat = tfl.sequential({
      layers: [tfl.layers.flatten({inputShape: [4, 4, 2]}), tfl.layers.dense({units: 3}), batchNorm({name: 'norm'})],
    });
    withMoCo({encoder: flat, head: undefined}, method => {
      expect(() => method.targets(views(0, 1), context)).toThrow(
        "batchNorm 'norm': expected at least two values a channel",
      );
      expect(() => method.project(views(0, 1))).toThrow(RangeError);
    });
    flat.dispose();
  });

  test('saved state that does not fit, and changes nothing', async () => {
    const method = moco(small);
    const saved = method.state();
    const before = values(saved);
    const zeros = Object.fromEntries(
      Object.entries(saved).map(([name, {shape, dtype}]) => [name, tf.zeros(shape, dtype)]),
    );
    const refused = async (tensors: Record<string, tf.Tensor>, message: string): Promise<void> => {
      await expect(method.restore(tensors)).rejects.toThrow(message);
      expect(values(saved)).toEqual(before);
    };
    const others = {rows: tf.zeros([9, 3]), position: tf.scalar(8, 'int32')};
    await refused({...zeros, 'queue/rows': others.rows}, 'float32 [8, 3] as saved queue/rows, got float32 [9, 3]');
    await refused({...zeros, 'queue/position': others.position}, 'expected a position from 0 to 7, got 8');
    const some = Object.fromEntries(Object.entries(zeros).filter(([name]) => name !== 'key/encoder/conv/kernel'));
    await refused(some, 'got nothing for key/encoder/conv/kernel');
    tf.dispose([zeros, others]);
    method.dispose();
  });
});

test.each([false, true])('labels reach a loss that takes them; symmetric: %s', symmetric => {
  const seen: (number[] | undefined)[] = [];
  const loss: Loss<MoCoLossInput> = input => {
    seen.push(input.labels?.arraySync());
    return infoNCE()(input);
  };
  withMoCo({loss, symmetric}, method => {
    const batch = views(0, 3);
    for (const labels of [Int32Array.of(2, 0, 1), undefined]) {
      const keys = method.targets({...batch, labels}, context);
      seen.length = 0;
      method.loss(method.project(batch), keys);
      expect(seen).toEqual(Array(symmetric ? 2 : 1).fill(labels && Array.from(labels)));
    }
  });
});

describe('no tensor is left', () => {
  test.each<[string, Partial<MoCoOptions>]>([
    ['plain', {}],
    ['symmetric and split', {symmetric: true, splits: 2}],
    ['with stock BatchNormalization', {encoder: makeEncoder(config => tfl.layers.batchNormalization(config))}],
  ])('over the steps of a run: %s', async (_, options) => {
    const method = moco({...small, ...options});
    const optimizer = sgd(method.parameters);
    const counts: number[] = [];
    const run = {method, optimizer, views: batches(0, 6, 4), learningRate: 0.1, steps: 6, metricsEvery: 2};
    for await (const {step} of train(run)) if (step > 0) counts.push(tf.memory().numTensors);
    expect(new Set(counts).size).toBe(1);
    optimizer.dispose();
    method.dispose();
    options.encoder?.dispose();
  });

  test('after disposing, of nested networks too; the caller’s stay', async () => {
    const nested = tfl.sequential({layers: [makeEncoder()]});
    await expectNoLeaks(() => {
      moco({...small, encoder: nested}).dispose();
    });
    await expectNoLeaks(async () => {
      withMoCo({}, method => method.targets(views(0, 4), context));
      await tf.nextFrame(); // the trial of the loss is read
    });
    expect(nested.getWeights().every(({isDisposed}) => !isDisposed)).toBe(true);
    for (const weight of nested.weights) weight.dispose();
  });
});
