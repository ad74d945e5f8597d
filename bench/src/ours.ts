import {useBackend} from '@contrastive/backend';
import {ntXent} from '@contrastive/losses';
import {sgd} from '@contrastive/optim';
import {simclrHead} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {createSimCLR} from '@contrastive/simclr';
import {train, type Views} from '@contrastive/train';
import * as tf from '@tensorflow/tfjs-core';
import {countParameters, fill, makeViews} from './same-start.js';
import {serve, type Training} from './serve.js';
import type {ContestantSettings} from './settings.js';

/** The same two views for every step, as new tensors that the loop may dispose. */
async function* endless(settings: ContestantSettings): AsyncGenerator<Views, void, undefined> {
  const {first, second} = makeViews(settings);
  const indices = Int32Array.from({length: settings.pairs}, (_, i) => i);
  for (;;) yield await Promise.resolve({first: tf.clone(first), second: tf.clone(second), indices});
}

/** The step of a user of these packages. */
function ourTraining(settings: ContestantSettings): Omit<Training, 'contestant' | 'device'> {
  const {depths, width, channels, size, hidden, outputs, temperature, learningRate, momentum, weightDecay} = settings;
  const encoder = resnet({depths, width, stem: 'cifar', inputShape: [size, size, channels]});
  const head = simclrHead(width * 2 ** (depths.length - 1), {hiddenDim: hidden, outputDim: outputs});
  const method = createSimCLR({encoder, head, loss: ntXent({temperature})});
  fill(method.parameters);
  const optimizer = sgd(method.parameters, {momentum, weightDecay, decays: name => name.endsWith('/kernel')});
  const records = train({method, optimizer, views: endless(settings), learningRate, steps: Number.MAX_SAFE_INTEGER});
  return {
    parameters: countParameters(method.parameters),
    run: async count => {
      let loss = NaN;
      for (let i = 0; i < count; i++) {
        const record = await records.next();
        if (record.done !== true) loss = record.value.loss;
      }
      return loss;
    },
  };
}

const settings = JSON.parse(process.argv.at(-1) ?? '') as ContestantSettings;
const {name, device, version} = await useBackend();
await serve({contestant: `Contrastive on ${name} ${version}`, device, ...ourTraining(settings)}, settings.warmup);
process.exit();
