import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import {countParameters, fill, makeViews} from './same-start.js';
import {sayAbsent, serve, type Work} from './serve.js';
import type {ContestantSettings, SimCLRStep} from './settings.js';
import {loadStockBackend, type StockBackend} from './stock-backend.js';
import {stockEncoder, stockHead, stockNTXent} from './stock-network.js';

/** The trained variables of a model as `prefix/layer/weight`. */
function trained(prefix: string, model: tfl.LayersModel): Record<string, tf.Variable> {
  const named = model.layers.flatMap(layer =>
    layer.trainableWeights.map(weight => {
      const variable = weight.read();
      if (!(variable instanceof tf.Variable)) throw new Error(`bench: the weight ${weight.name} is no variable.`);
      return [`${prefix}/${layer.name}/${weight.originalName.split('/').at(-1) ?? ''}`, variable] as const;
    }),
  );
  return Object.fromEntries(named);
}

/**
 * The step of a user who has stock TensorFlow.js and its native backend, without any kernel, layer, loss or optimiser
 * of ours.
 */
function stockTraining(settings: ContestantSettings<SimCLRStep>, {device, version}: StockBackend): Work {
  const {temperature, learningRate, momentum, weightDecay} = settings;
  const encoder = stockEncoder(settings);
  const head = stockHead(settings);
  const parameters = {...trained('encoder', encoder), ...trained('head', head)};
  // Its last BatchNorm has no shift; the stock layer without one cannot train.
  delete parameters['head/projection2.bn/beta'];
  fill(parameters);
  const views = makeViews(settings);
  const variables = Object.values(parameters);
  const decaying = variables.filter(variable => variable.rank > 1);
  const optimizer = tf.train.momentum(learningRate, momentum);

  function step(): tf.Scalar {
    return tf.tidy(() => {
      const {value, grads} = tf.variableGrads(() => {
        // [2n, features]
        const features = encoder.apply(tf.concat([views.first, views.second]), {training: true}) as tf.Tensor2D;
        return stockNTXent(head.apply(features, {training: true}) as tf.Tensor2D, temperature); // [2n, outputs]
      }, variables);
      const gradients: tf.NamedTensorMap = grads;
      for (const variable of decaying)
        gradients[variable.name] = tf.add(gradients[variable.name], tf.mul(variable, weightDecay));
      optimizer.applyGradients(Object.entries(gradients).map(([name, tensor]) => ({name, tensor})));
      return value;
    });
  }

  return {
    contestant: `stock TensorFlow.js on TensorFlow ${version}`,
    device,
    facts: {parameters: countParameters(parameters)},
    run: async count => {
      let loss = NaN;
      for (let i = 0; i < count; i++) {
        const value = step();
        if (i === count - 1) loss = (await value.data())[0];
        value.dispose();
      }
      return () => ({loss});
    },
  };
}

const settings = JSON.parse(process.argv.at(-1) ?? '') as ContestantSettings<SimCLRStep>;

/** The native backend, or why it is not to be had. */
function findBackend(): StockBackend | {readonly reason: string} {
  const {CONTRASTIVE_BACKEND: asked = 'tensorflow'} = process.env;
  if (asked !== 'tensorflow')
    return {reason: `stock TensorFlow.js is measured on the native backend alone, and '${asked}' was asked for`};
  try {
    return loadStockBackend(settings);
  } catch (error) {
    return {reason: `the native backend does not load: ${error instanceof Error ? error.message : String(error)}`};
  }
}

const backend = findBackend();
if ('reason' in backend) sayAbsent(backend.reason);
else await serve(stockTraining(settings, backend), settings.warmup);
process.exit();
