import {withSeededRandom} from '@contrastive/internal';
import {batchNorm, encode} from '@contrastive/layers';
import {expectNoLeaks} from '@contrastive/testing';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {afterAll, describe, expect, test} from 'vitest';
import {hideKernel} from './support.js';

type Symbol = tfl.SymbolicTensor;

const made: tfl.LayersModel[] = [];
afterAll(() => {
  for (const model of made) model.dispose();
});

const through = (layer: tfl.layers.Layer, x: Symbol | Symbol[]): Symbol => layer.apply(x) as Symbol;
const input = (shape: number[]): Symbol => tfl.input({shape});
const model = (inputs: Symbol | Symbol[], outputs: Symbol | Symbol[]): tfl.LayersModel => tfl.model({inputs, outputs});
const {add, reLU, dense} = tfl.layers;
const conv = (filters: number, strides = 1): tfl.layers.Layer =>
  tfl.layers.conv2d({filters, kernelSize: 3, strides, padding: strides > 1 ? 'valid' : 'same', useBias: false});
const pool = (x: Symbol): Symbol => through(tfl.layers.globalAveragePooling2d({}), x);

/** Zeros, a strided convolution and one whose call is its own; a shortcut that is normalised, and one that is not. */
function residual(): tfl.LayersModel {
  const x = input([8, 8, 3]);
  const stem = through(reLU(), through(batchNorm(), through(conv(4), x)));
  const own = conv(4);
  own.call = given => tf.conv2d([given].flat()[0] as tf.Tensor4D, own.getWeights()[0] as tf.Tensor4D, 1, 'same');
  const first = through(reLU(), through(batchNorm(), through(own, stem)));
  const second = through(reLU(), through(add(), [stem, through(batchNorm(), through(conv(4), first))]));
  const padded = through(tfl.layers.zeroPadding2d({padding: 1}), second);
  const strided = through(batchNorm(), through(conv(6, 2), padded));
  const narrow = tfl.layers.conv2d({filters: 6, kernelSize: 1, strides: 2});
  const shortcut = through(batchNorm(), through(narrow, second));
  const third = through(reLU(), through(add(), [strided, shortcut]));
  const between = through(tfl.layers.activation({activation: 'relu'}), through(batchNorm(), through(conv(6), third)));
  const wide = through(
    tfl.layers.zeroPadding2d({
      padding: [
        [1, 0],
        [2, 1],
      ],
    }),
    between,
  );
  return model(x, pool(through(conv(5, 2), through(tfl.layers.maxPooling2d({poolSize: 2, strides: 1}), wide))));
}

/** A layer that gives what is not its own to free: its weight. */
class Offset extends tfl.layers.Layer {
  static readonly className = 'TestOffset';
  private weight?: tfl.LayerVariable;
  override build(): void {
    this.weight = this.addWeight('offset', [1, 3], 'float32', tfl.initializers.ones());
    super.build([]);
  }
  override computeOutputShape(): number[] {
    return [1, 3];
  }
  override call(): tf.Tensor {
    return this.weight?.read() ?? tf.scalar(NaN);
  }
}

const images = [4, 8, 8, 3];
const cases: [string, () => tfl.LayersModel, number[]][] = [
  ['a residual network', residual, images],
  [
    'layers that are called twice',
    () => {
      const x = input([8, 8, 3]);
      const [shared, norm, rectify] = [conv(3), batchNorm(), reLU()];
      const once = through(rectify, through(norm, through(shared, x)));
      return model(x, pool(through(add(), [once, through(rectify, through(norm, through(shared, once)))])));
    },
    images,
  ],
  [
    'models in models',
    () => {
      const inner = tfl.sequential({
        layers: [tfl.layers.inputLayer({inputShape: [8, 8, 3]}), conv(4), batchNorm(), reLU()],
      });
      const outer = tfl.sequential({layers: [inner, conv(4), batchNorm(), reLU(), tfl.layers.flatten({})]});
      return tfl.sequential({layers: [outer, dense({units: 5}), batchNorm()]});
    },
    images,
  ],
  [
    'several inputs',
    () => {
      const x = input([6]);
      const parts = [3, 3, 3].map(units => through(dense({units}), x));
      const [a, b, c] = parts;
      const all = [add(), tfl.layers.average(), tfl.layers.multiply(), tfl.layers.maximum()].map(one =>
        through(one, parts),
      );
      const dot = through(tfl.layers.dot({axes: -1}), [a, b]);
      return model(x, through(tfl.layers.concatenate(), [...all, c, dot]));
    },
    [5, 6],
  ],
  [
    'two rectified norms, or two padded images, in one operation',
    () => {
      const x = input([8, 8, 3]);
      const normed = () => through(reLU(), through(batchNorm(), through(conv(3), x)));
      const padded = () => through(tfl.layers.zeroPadding2d({padding: 1}), through(conv(3), x));
      const [gated, most] = [tfl.layers.multiply(), tfl.layers.maximum()].map(one =>
        through(one, [normed(), normed()]),
      );
      const product = through(tfl.layers.multiply(), [padded(), padded()]);
      return model(x, through(tfl.layers.concatenate(), [pool(through(conv(2), gated)), pool(most), pool(product)]));
    },
    images,
  ],
  [
    'norms of rectified norms and of padded images',
    () => {
      const x = input([8, 8, 3]);
      const once = through(reLU(), through(batchNorm(), through(conv(3), x)));
      const twice = through(reLU(), through(batchNorm(), once));
      const padded = through(tfl.layers.zeroPadding2d({padding: 1}), through(reLU(), through(batchNorm(), x)));
      const ofPadded = through(conv(2), through(reLU(), through(batchNorm(), padded)));
      return model(x, through(tfl.layers.concatenate(), [pool(through(conv(2), twice)), pool(ofPadded)]));
    },
    images,
  ],
  [
    'several outputs',
    () => {
      const y = input([6]);
      const hidden = through(batchNorm(), through(dense({units: 4}), y));
      const fork = model(y, [through(reLU(), hidden), hidden, y]);
      const x = input([6]);
      const [a, b, c] = fork.apply(x) as Symbol[];
      const [d] = fork.apply(through(dense({units: 6}), c)) as Symbol[];
      return model(x, through(tfl.layers.concatenate(), [a, b, d]));
    },
    [5, 6],
  ],
  [
    'layers that give their input, or a weight',
    () => {
      const z = input([3]);
      const nothing = model(z, z);
      const x = input([3]);
      const same = through(
        tfl.layers.activation({activation: 'linear'}),
        through(nothing, through(dense({units: 3}), x)),
      );
      return model(x, through(add(), [through(tfl.layers.dropout({rate: 0}), same), through(new Offset({}), same)]));
    },
    [5, 3],
  ],
  [
    'random draws',
    () => {
      const x = input([8, 8, 3]);
      const dropped = through(
        tfl.layers.dropout({rate: 0.5}),
        through(reLU(), through(batchNorm(), through(conv(4), x))),
      );
      return model(x, pool(through(tfl.layers.gaussianNoise({stddev: 1}), through(conv(4), dropped))));
    },
    images,
  ],
  [
    'what looks like a residual block, and is none',
    () => {
      const x = input([4, 4, 3]);
      const read = through(batchNorm(), through(conv(3), x)); // by three
      const six = through(reLU({maxValue: 0.5}), through(batchNorm(), x));
      const gate = through(tfl.layers.reshape({targetShape: [1, 1, 3]}), pool(x));
      const gated = through(reLU(), through(add(), [through(batchNorm(), through(conv(3), x)), gate]));
      const three = through(reLU(), through(add(), [read, six, through(batchNorm(), x)]));
      const split = through(reLU(), through(batchNorm({splits: 2}), x));
      const other = batchNorm();
      other.call = given => tf.mul([given].flat()[0], 2);
      return model(
        x,
        pool(
          through(tfl.layers.concatenate(), [
            through(reLU(), read),
            read,
            gated,
            three,
            split,
            through(reLU(), through(other, x)),
          ]),
        ),
      );
    },
    [4, 4, 4, 3],
  ],
  [
    'masks',
    () =>
      tfl.sequential({
        layers: [
          tfl.layers.masking({maskValue: 0, inputShape: [4, 3]}),
          tfl.layers.simpleRNN({units: 3}),
          dense({units: 2}),
        ],
      }),
    [4, 4, 3],
  ],
];

/** The result, the gradient of every trainable weight, and every weight afterwards. */
function outcome(network: tfl.LayersModel, pass: () => tf.Tensor): Record<string, number[]> {
  const before = network.getWeights().map(weight => tf.clone(weight));
  const {value, grads} = tf.tidy(() =>
    withSeededRandom(1, () => {
      let output: tf.Tensor = tf.scalar(0);
      const {grads} = tf.variableGrads(() => {
        output = tf.keep(pass());
        return tf.sum(tf.mul(output, tf.cos(tf.range(0, output.size).reshape(output.shape))));
      });
      return {value: output, grads};
    }),
  );
  const after = network.getWeights().map(weight => [...weight.dataSync()]);
  const gradients = Object.fromEntries(Object.entries(grads).map(([name, grad]) => [name, [...grad.dataSync()]]));
  const result = {value: [...value.dataSync()], ...gradients, ...Object.fromEntries(after.entries())};
  network.setWeights(before);
  tf.dispose([value, grads, before]);
  return result;
}

const wave = (shape: number[]): tf.Tensor =>
  tf.tensor(
    Float32Array.from({length: shape.reduce((a, b) => a * b)}, (_, i) => Math.sin(1.7 * i + 0.011 * i * i)),
    shape,
  );

describe.each(['with the kernels that there are', 'without'])('%s', kernels => {
  test.each(cases)('%s: a pass in training is that of model.apply, bit for bit', async (_, build, shape) => {
    const restore = kernels === 'without' ? hideKernel() : () => undefined;
    const network = build();
    made.push(network);
    const x = wave(shape);
    try {
      const expected = outcome(network, () => network.apply(x, {training: true}) as tf.Tensor);
      expect(outcome(network, () => encode({encoder: network}, x))).toEqual(expected);
      const still = outcome(network, () => network.apply(x, {training: true, updateStatistics: false}) as tf.Tensor);
      expect(outcome(network, () => encode({encoder: network}, x, {updateStatistics: false}))).toEqual(still);
      await expectNoLeaks(() => {
        outcome(network, () => encode({encoder: network}, x));
        encode({encoder: network}, x).dispose();
      });
    } finally {
      x.dispose();
      restore();
    }
  });
});

/** Largest difference over largest value, of float32 sums in another order. */
const rounding = 1e-6;

/** A network of residual blocks, a chain and random draws. */
function deep(): tfl.LayersModel {
  const x = input([8, 8, 3]);
  const block = (y: Symbol): Symbol => {
    const one = through(reLU(), through(batchNorm(), through(conv(8), y)));
    return through(reLU(), through(add(), [y, through(batchNorm(), through(conv(8), one))]));
  };
  let y = through(reLU(), through(batchNorm(), through(conv(8), x)));
  for (let i = 0; i < 3; i++) y = block(y);
  return model(
    x,
    pool(through(tfl.layers.dropout({rate: 0.5}), through(conv(8), through(reLU(), through(conv(8), y))))),
  );
}

const largest = (values: number[]): number => Math.max(...values.map(Math.abs), 1e-3);

describe('recomputed blocks', () => {
  test.each(cases)('%s: gives the same', async (name, build, shape) => {
    const network = build();
    made.push(network);
    const x = wave(shape);
    const expected = outcome(network, () => encode({encoder: network}, x));
    const pass = (): tf.Tensor => encode({encoder: network}, x, {recompute: 'blocks'});
    const found = outcome(network, pass);
    // A weight that takes no part has no gradient, and here one of zeros.
    for (const [key, values] of Object.entries(found))
      if (!(key in expected)) expect(new Set(values)).toEqual(new Set([0]));
    // Draws of a segment have their own seed.
    for (const key of name === 'random draws' ? [] : Object.keys(expected)) {
      const scale = largest(expected[key]);
      expect(found[key], key).toBeAllclose(expected[key], {rtol: 0, atol: rounding * scale});
    }
    await expectNoLeaks(() => {
      outcome(network, pass);
      pass().dispose();
    });
    x.dispose();
  });

  test('draw the same again: the gradient is of the value', () => {
    // Without normalisation ReLU and dropout are homogeneous: by Euler, f(w) = ⟨f′(w), w⟩ for the weights of a layer.
    const x = input([8, 8, 3]);
    const [first, second] = [conv(4), conv(4)];
    const dropped = through(tfl.layers.dropout({rate: 0.5}), through(reLU(), through(first, x)));
    const network = model(x, pool(through(tfl.layers.dropout({rate: 0.5}), through(second, dropped))));
    made.push(network);
    tf.tidy(() => {
      const given = wave([4, 8, 8, 3]);
      for (let i = 0; i < 3; i++) {
        const {value, grads} = tf.variableGrads(() =>
          tf.sum(tf.abs(encode({encoder: network}, given, {recompute: 'blocks'}))),
        );
        for (const layer of [first, second]) {
          const [weight] = layer.trainableWeights;
          const gradient = grads[weight.name];
          expect(tf.sum(tf.mul(gradient, weight.read()))).toBeAllclose(value, {rtol: 1e-4, atol: 0});
        }
      }
    });
  });

  test('move running statistics once, and refuse another word', () => {
    const network = deep();
    made.push(network);
    tf.tidy(() => {
      const x = wave([4, 8, 8, 3]);
      tf.variableGrads(() => tf.sum(encode({encoder: network}, x, {recompute: 'blocks'})));
      const [first] = network.layers.filter(layer => layer.getClassName() === 'ContrastiveBatchNorm');
      const moments = tf.moments(network.layers[1].apply(x) as tf.Tensor, [0, 1, 2]);
      const mean = first.weights.find(({originalName}) => originalName.endsWith('mean'));
      expect(mean?.read()).toBeAllclose(tf.mul(moments.mean, 0.1), {rtol: 1e-4, atol: 1e-6});
      expect(() => encode({encoder: network}, x, {recompute: 'all' as 'none'})).toThrow(
        "encode: expected 'none' or 'blocks' as recompute, got 'all'",
      );
    });
  });
});

test('the tape keeps less and less: all, what gradients need, what enters the blocks', () => {
  const network = deep();
  made.push(network);
  const held = (pass: (x: tf.Tensor) => tf.Tensor): number =>
    tf.tidy(() => {
      const x = wave([16, 8, 8, 3]);
      let floats = 0;
      tf.variableGrads(() => {
        const loss = tf.sum<tf.Scalar>(pass(x));
        const saved = tf.engine().state.activeTape.flatMap(node => node.saved ?? []);
        const buffers = new Map(saved.map(({dataId, size}) => [dataId, size]));
        floats = [...buffers.values()].reduce((sum, size) => sum + size, 0);
        return loss;
      });
      return floats / (16 * 8 * 8 * 8); // in activations
    });
  const stock = held(x => network.apply(x, {training: true}) as tf.Tensor);
  const none = held(x => encode({encoder: network}, x));
  const blocks = held(x => encode({encoder: network}, x, {recompute: 'blocks'}));
  const fused = tf.getKernel('NormRelu', tf.getBackend()) as tf.KernelConfig | undefined;
  expect(none).toBeLessThanOrEqual((fused ? 0.9 : 1) * stock);
  expect(blocks).toBeLessThan(0.6 * none);
});
