import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {featuresOf, type StepSettings} from './settings.js';

type Node = tfl.SymbolicTensor;

/** Channels-last layers of stock TensorFlow.js, with torch's constants: ε 1e-5, 0.9 of a running statistic kept. */
function conv(x: Node, name: string, filters: number, kernelSize: number, strides: number): Node {
  const same = strides === 1;
  // With stride 2 'same' pads other sides than torch does.
  const padded = same || kernelSize === 1 ? x : apply(tfl.layers.zeroPadding2d({padding: 1, name: `${name}.pad`}), x);
  return apply(
    tfl.layers.conv2d({filters, kernelSize, strides, padding: same ? 'same' : 'valid', useBias: false, name}),
    padded,
  );
}

function norm(x: Node, name: string): Node {
  return apply(tfl.layers.batchNormalization({epsilon: 1e-5, momentum: 0.9, name}), x);
}

function relu(x: Node, name: string): Node {
  return apply(tfl.layers.reLU({name}), x);
}

/** `apply` of one symbolic tensor gives one. */
function apply(layer: tfl.layers.Layer, x: Node | Node[]): Node {
  return layer.apply(x) as Node;
}

function block(x: Node, name: string, inputs: number, width: number, stride: number): Node {
  let shortcut = x;
  if (stride !== 1 || inputs !== width)
    shortcut = norm(conv(x, `${name}.downsample.0`, width, 1, stride), `${name}.downsample.1`);
  let y = relu(norm(conv(x, `${name}.conv1`, width, 3, stride), `${name}.bn1`), `${name}.relu1`);
  y = norm(conv(y, `${name}.conv2`, width, 3, 1), `${name}.bn2`);
  return relu(apply(tfl.layers.add({name: `${name}.add`}), [y, shortcut]), `${name}.relu2`);
}

/**
 * A ResNet of basic blocks with the CIFAR stem, of stock layers: `[n, size, size, channels]` to `[n, 2^(stages − 1) ·
 * width]`.
 */
export function stockEncoder({depths, width, channels, size}: StepSettings): tfl.LayersModel {
  const input = tfl.input({shape: [size, size, channels]});
  let x = relu(norm(conv(input, 'conv1', width, 3, 1), 'bn1'), 'relu');
  let inputs = width;
  depths.forEach((depth, stage) => {
    const outputs = width * 2 ** stage;
    for (let i = 0; i < depth; i++) {
      x = block(x, `layer${stage + 1}.${i}`, inputs, outputs, stage > 0 && i === 0 ? 2 : 1);
      inputs = outputs;
    }
  });
  return tfl.model({inputs: input, outputs: apply(tfl.layers.globalAveragePooling2d({name: 'pool'}), x)});
}

/** SimCLR's projection head of stock layers: `[n, features]` to `[n, outputs]`. */
export function stockHead(settings: StepSettings): tfl.LayersModel {
  const features = featuresOf(settings);
  const input = tfl.input({shape: [features]});
  let x = apply(tfl.layers.dense({units: features, useBias: false, name: 'projection1'}), input);
  x = relu(norm(x, 'projection1.bn'), 'projection1.relu');
  x = norm(
    apply(tfl.layers.dense({units: settings.outputs, useBias: false, name: 'projection2'}), x),
    'projection2.bn',
  );
  return tfl.model({inputs: input, outputs: x});
}

/**
 * NT-Xent (Chen et al. 2020, equation 1) of stock operations, over rows that stand view one first, then view two, `[2n,
 * d]`.
 */
export function stockNTXent(z: tf.Tensor2D, temperature: number): tf.Scalar {
  const rows = z.shape[0];
  const unit = tf.mul(z, tf.rsqrt(tf.maximum(tf.sum(tf.square(z), 1, true), 1e-12)));
  const diagonal = tf.mul(tf.eye(rows), -1e9);
  const logits = tf.add(tf.div(tf.matMul(unit, unit, false, true), temperature), diagonal);
  const positives = tf.concat([tf.range(rows / 2, rows, 1, 'int32'), tf.range(0, rows / 2, 1, 'int32')]); // [2n]
  return tf.losses.softmaxCrossEntropy<tf.Tensor, tf.Scalar>(tf.oneHot(positives, rows), logits);
}
