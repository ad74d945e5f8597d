import type {Augment, Normalization} from '@contrastive/augment';
import {infoNCE, ntXent} from '@contrastive/losses';
import {recordedPreparation} from '@contrastive/layers';
import {moco} from '@contrastive/moco';
import {sgd, type Optimizer} from '@contrastive/optim';
import {mocoV1Head, mocoV2Head, simclrHead} from '@contrastive/projection-head';
import {simclr} from '@contrastive/simclr';
import type {Method} from '@contrastive/train';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {isNamed, network} from '../../encoder/networks.js';
import {SPLITS} from './choose.js';
import type {Configuration} from './configuration.js';
import {augmentOf} from './views.js';

/** What is trained, and what makes its views. */
export interface Trainee {
  readonly encoder: LayersModel;
  readonly method: Method;
  readonly optimizer: Optimizer;
  readonly augment: Augment;
  /** Frees all of it. */
  dispose(): void;
}

/** The encoder with its memory of other images gone, which it is to be trained on now; gives what it remembered. */
function forget(encoder: LayersModel): {readonly normalization?: Normalization} {
  const remembered = recordedPreparation(encoder) ?? {};
  const metadata = Object.entries({...encoder.getUserDefinedMetadata()}).filter(([key]) => key !== 'preparation');
  encoder.setUserDefinedMetadata(Object.fromEntries(metadata));
  return remembered;
}

/** The head of a method and what the method is. */
function methodOf(
  configuration: Configuration,
  encoder: LayersModel,
  ranks: number,
): {readonly head: LayersModel; readonly method: Method} {
  const {method, projection: outputDim, temperature, batch, seed} = configuration;
  const ofRank = batch / ranks;
  const {microBatch = ofRank} = configuration;
  if (method === 'simclr') {
    // Authors' code: a head from N(0, 0.01²), which suits LARS. With plain SGD so small a head takes steps too large.
    const head = simclrHead(encoder, {outputDim, initializer: 'uniform', seed});
    return {head, method: simclr({encoder, head, loss: ntXent({temperature})})};
  }
  const head = (method === 'moco-v1' ? mocoV1Head : mocoV2Head)(encoder, {outputDim, seed});
  const {queue: queueSize, keyMomentum} = configuration;
  const groups = Math.max(1, SPLITS / ranks); // ranks are groups too
  const divides = Number.isInteger(groups) && microBatch % groups === 0 && ofRank % microBatch === 0;
  const splits = divides && microBatch > groups ? groups : 1;
  const loss = infoNCE({temperature});
  return {head, method: moco({encoder, head, loss, queueSize, keyMomentum, splits, seed})};
}

/**
 * Makes what a configuration says is trained; the same again each time.
 *
 * @param weights An encoder to start from, which is taken over; by default one with random weights.
 * @param ranks How many processes share each batch.
 */
export function createTrainee(configuration: Configuration, weights: LayersModel | undefined, ranks: number): Trainee {
  const {encoder: name, weightDecay} = configuration;
  const encoder = weights ?? network(configuration, configuration.method === 'simclr');
  const {normalization} = isNamed(name) ? {} : forget(encoder);
  const {head, method} = methodOf(configuration, encoder, ranks);
  const optimizer = sgd(method.parameters, {momentum: 0.9, weightDecay});
  return {
    encoder,
    method,
    optimizer,
    augment: augmentOf(configuration, normalization),
    dispose() {
      for (const own of [optimizer, method, head, encoder]) own.dispose();
    },
  };
}
