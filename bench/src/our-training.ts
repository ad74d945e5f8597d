import {ntXent} from '@contrastive/losses';
import {mocoV2} from '@contrastive/moco';
import {sgd, type Optimizer} from '@contrastive/optim';
import {mocoV2Head, simclrHead} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {simclr} from '@contrastive/simclr';
import {train, type Method, type Views} from '@contrastive/train';
import * as tf from '@tensorflow/tfjs-core';
import {openViews} from './open-views.js';
import {countParameters, fill, makeQueue, makeViews} from './same-start.js';
import type {Work} from './serve.js';
import type {ContestantSettings} from './settings.js';

type SameViews = ReturnType<typeof makeViews>;

/** The same two views for every step, as new tensors that the loop may dispose. */
async function* endless(
  {first, second}: SameViews,
  settings: ContestantSettings,
): AsyncGenerator<Views, void, undefined> {
  const indices = Int32Array.from({length: settings.pairs}, (_, i) => i);
  for (;;) yield await Promise.resolve({first: tf.clone(first), second: tf.clone(second), indices});
}

/** New views for every step where the settings say so, else always the same. */
async function viewsOf(settings: ContestantSettings): Promise<AsyncIterable<Views>> {
  if (settings.method !== 'simclr' || !settings.views) return endless(makeViews(settings), settings);
  return (await openViews(settings.views, settings))(0, Number.MAX_SAFE_INTEGER);
}

/** What is trained, and by what. */
function trainedBy(settings: ContestantSettings): {method: Method; optimizer: Optimizer} {
  const {depths, block, stem, width, channels, size, outputs, temperature, momentum, weightDecay} = settings;
  const encoder = resnet({depths, block, stem, width, inputShape: [size, size, channels]});
  if (settings.method === 'simclr') {
    const method = simclr({encoder, head: simclrHead(encoder, {outputDim: outputs}), loss: ntXent({temperature})});
    fill(method.parameters);
    const decays = (name: string): boolean => name.endsWith('/kernel');
    return {method, optimizer: sgd(method.parameters, {momentum, weightDecay, decays})};
  }
  const {queueSize, keyMomentum} = settings;
  const head = mocoV2Head(encoder, {outputDim: outputs});
  const method = mocoV2({encoder, head, temperature, queueSize, keyMomentum});
  const state = method.state();
  fill(method.parameters);
  fill(Object.fromEntries(Object.keys(method.parameters).map(name => [name, state[`key/${name}`]])));
  const queue = makeQueue(settings);
  state['queue/rows'].assign(queue);
  queue.dispose();
  return {method, optimizer: sgd(method.parameters, {momentum, weightDecay})};
}

/** The step of a user of these packages. */
export async function ourTraining(settings: ContestantSettings): Promise<Pick<Work, 'facts' | 'run'>> {
  const trained = trainedBy(settings);
  const {learningRate, microBatch, repeat = 1} = settings;
  const slices = microBatch !== undefined && {microBatch};
  const records = train({...trained, views: await viewsOf(settings), learningRate, ...slices});
  return {
    facts: {parameters: countParameters(trained.method.parameters)},
    run: async count => {
      let loss = NaN;
      for (let i = 0; i < count * repeat; i++) {
        const record = await records.next();
        if (record.done !== true) loss = record.value.loss;
      }
      return () => ({loss});
    },
  };
}
