import {useBackend} from '@contrastive/backend';
import {ntXent} from '@contrastive/losses';
import {mocoV2} from '@contrastive/moco';
import {sgd, type Optimizer} from '@contrastive/optim';
import {mocoV2Head, simclrHead} from '@contrastive/projection-head';
import {resnet} from '@contrastive/resnet';
import {createSimCLR} from '@contrastive/simclr';
import {train, type Method, type Views} from '@contrastive/train';
import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {openViews} from './open-views.js';
import {countParameters, fill, makeQueue, makeViews} from './same-start.js';
import {serve, type Work} from './serve.js';
import {featuresOf, type ContestantSettings, type MoCoStep, type SimCLRStep} from './settings.js';

/** The same two views for every step, as new tensors that the loop may dispose. */
async function* endless(settings: ContestantSettings): AsyncGenerator<Views, void, undefined> {
  const {first, second} = makeViews(settings);
  const indices = Int32Array.from({length: settings.pairs}, (_, i) => i);
  for (;;) yield await Promise.resolve({first: tf.clone(first), second: tf.clone(second), indices});
}

/** What is trained, and by what. */
interface Trained {
  readonly method: Method;
  readonly optimizer: Optimizer;
}

const encoderOf = ({depths, width, channels, size}: ContestantSettings): LayersModel =>
  resnet({depths, width, stem: 'cifar', inputShape: [size, size, channels]});

function simclr(settings: ContestantSettings<SimCLRStep>): Trained {
  const {outputs, temperature, momentum, weightDecay} = settings;
  const head = simclrHead(featuresOf(settings), {outputDim: outputs});
  const method = createSimCLR({encoder: encoderOf(settings), head, loss: ntXent({temperature})});
  fill(method.parameters);
  return {method, optimizer: sgd(method.parameters, {momentum, weightDecay, decays: name => name.endsWith('/kernel')})};
}

function moco(settings: ContestantSettings<MoCoStep>): Trained {
  const {outputs, temperature, momentum, weightDecay, queueSize, keyMomentum} = settings;
  const head = mocoV2Head(featuresOf(settings), {outputDim: outputs});
  const method = mocoV2({encoder: encoderOf(settings), head, temperature, queueSize, momentum: keyMomentum});
  const state = method.state();
  fill(method.parameters);
  fill(Object.fromEntries(Object.keys(method.parameters).map(name => [name, state[`key/${name}`]])));
  const queue = makeQueue(settings);
  state['queue/rows'].assign(queue);
  queue.dispose();
  return {method, optimizer: sgd(method.parameters, {momentum, weightDecay})};
}

const endlessSteps = Number.MAX_SAFE_INTEGER;

/** New views for every step where the settings say so, else always the same. */
async function viewsOf(settings: ContestantSettings): Promise<AsyncIterable<Views>> {
  if (settings.method === 'simclr' && settings.views)
    return (await openViews(settings.views, settings))(0, endlessSteps);
  return endless(settings);
}

/** The step of a user of these packages. */
async function ourTraining(settings: ContestantSettings): Promise<Pick<Work, 'facts' | 'run'>> {
  const {method, optimizer} = settings.method === 'moco' ? moco(settings) : simclr(settings);
  const {learningRate} = settings;
  const records = train({method, optimizer, views: await viewsOf(settings), learningRate, steps: endlessSteps});
  return {
    facts: {parameters: countParameters(method.parameters)},
    run: async count => {
      let loss = NaN;
      for (let i = 0; i < count; i++) {
        const record = await records.next();
        if (record.done !== true) loss = record.value.loss;
      }
      return () => ({loss});
    },
  };
}

const settings = JSON.parse(process.argv.at(-1) ?? '') as ContestantSettings;
const {name, device, version} = await useBackend();
await serve(
  {contestant: `Contrastive on ${name} ${version}`, device, ...(await ourTraining(settings))},
  settings.warmup,
);
process.exit();
