import {engine, type Tensor, type Tensor2D, type Variable} from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {checkValue, choice, expectBackend, kind, tensorRule, type Rule} from '@contrastive/internal';
import type {Communicator} from './communicator.js';
import {namedWeights} from './named-weights.js';
import {trainingPass, type Recompute} from './training-pass.js';
import {showFeatures} from './watch-features.js';

/** What a method trains: an encoder, and the head through which the loss sees it. */
export interface Networks {
  /** Images `[n, height, width, channels]` to features `[n, d]`. */
  readonly encoder: LayersModel;
  /** Features `[n, d]` to projections `[n, d′]`; without one the loss compares features. */
  readonly head?: LayersModel;
}

/** A shape as messages have it, n for what is any. */
export const showShape = (shape: readonly (number | null)[]): string =>
  `[${shape.map(size => size ?? 'n').join(', ')}]`;

/**
 * Throws where TensorFlow.js has nothing to compute with yet: for functions that make the first tensors.
 *
 * @param where What the message begins with.
 * @throws Error with the remedy.
 * @example
 * requireBackend('resnet');
 */
export function requireBackend(where: string): void {
  expectBackend(where, engine().registryFactory);
}

/** A network, of which JavaScript callers may give anything: a GraphModel has inputs and outputs too, but no layers. */
export const modelRule: Rule = kind(
  'a built LayersModel',
  value => {
    const {inputs, outputs, layers} = Object(value) as Partial<LayersModel>;
    return [inputs, outputs, layers].every(Array.isArray);
  },
  'make one with tf.model, tf.sequential or tf.loadLayersModel',
);

function checkModel(where: string, role: string, model: LayersModel): void {
  checkValue(where, role, model, modelRule);
  const {inputs, outputs} = model;
  if (inputs.length !== 1 || outputs.length !== 1) {
    throw new TypeError(
      `${where}: expected one input and one output of ${role}, got ${inputs.length} and ${outputs.length}; make a ` +
        'model of those that count.',
    );
  }
  if (outputs[0].shape.length !== 2) {
    throw new RangeError(
      `${where}: expected [n, d] as the output of ${role}, got ${showShape(outputs[0].shape)}; end it with ` +
        'globalAveragePooling2d or flatten.',
    );
  }
}

/**
 * Throws unless the encoder turns images `[n, height, width, channels]` into features `[n, d]` and the head, where
 * there is one, takes just that and gives `[n, d′]`.
 *
 * @param where Whose options these are: what the messages begin with, for example `simclr`.
 * @throws `TypeError` for anything but a built model with one input and one output, `RangeError` for shapes that do not
 * fit.
 * @example
 * ```ts
 * checkNetworks('simSiam', {encoder, head});
 * ```
 */
export function checkNetworks(where: string, networks: Networks): void {
  const {encoder, head} = Object(networks) as Networks;
  checkModel(where, 'encoder', encoder);
  const {shape} = encoder.inputs[0];
  if (shape.length !== 4) {
    throw new RangeError(
      `${where}: expected images [n, height, width, channels] as the input of encoder, got ${showShape(shape)}; ` +
        'begin it with a layer for images.',
    );
  }
  if (head === undefined) return;
  checkModel(where, 'head', head);
  const features = encoder.outputs[0].shape;
  const wanted = head.inputs[0].shape;
  if (wanted.length !== 2 || (wanted[1] !== null && features[1] !== null && wanted[1] !== features[1])) {
    throw new RangeError(
      `${where}: expected a head that takes the encoder's ${showShape(features)}, got one that takes ` +
        `${showShape(wanted)}; make the head for the encoder.`,
    );
  }
}

/** The live variables of networks by stable name, `encoder/<layer>/<weight>` and `head/<layer>/<weight>`. */
export interface NetworkVariables {
  /** What is trainable now. */
  readonly parameters: Readonly<Record<string, Variable>>;
  /** All, running statistics too. */
  readonly state: Readonly<Record<string, Variable>>;
}

/**
 * The variables of encoder and head, as a method names them.
 *
 * @throws `Error` for two weights of one name.
 * @example
 * ```ts
 * const {parameters, state} = variablesOf({encoder, head});
 * ```
 */
export function variablesOf(networks: Networks): NetworkVariables {
  const {encoder, head} = Object(networks) as Networks;
  checkValue('variablesOf', 'encoder', encoder, modelRule);
  const weights = [...namedWeights(encoder, 'encoder'), ...(head ? namedWeights(head, 'head') : [])];
  const named = (some: typeof weights) => Object.fromEntries(some.map(({name, variable}) => [name, variable]));
  return {parameters: named(weights.filter(({trainable}) => trainable)), state: named(weights)};
}

/** What `recompute` may be. */
export const recomputeRule: Rule = choice('none', 'blocks');

/** Options of {@link encode}. */
export interface EncodeOptions {
  /** Whether the running statistics of BatchNorm move, true by default. */
  readonly updateStatistics?: boolean;
  /** The number of groups of the batch that BatchNorm normalises apart, 1 by default. */
  readonly splits?: number;
  /**
   * `'blocks'` keeps of the encoder what enters each residual block, or each of √n parts of a plain chain of n layers,
   * and runs it again for the gradient: less memory for a third more time. `'none'` by default.
   */
  readonly recompute?: Recompute;
  /** The ranks that train together, each on its share of the batch; a process by itself by default. */
  readonly communicator?: Communicator;
  /** Whether BatchNorm takes the statistics of the batches of all ranks; as its layers have it by default. */
  readonly synchronized?: boolean;
}

/**
 * Images through encoder and head in training mode, where BatchNorm takes the statistics of the batch.
 *
 * @param images `[n, height, width, channels]`.
 * @returns `[n, d′]`, the caller's.
 */
export function encode(
  networks: Networks,
  images: Tensor,
  {updateStatistics = true, splits = 1, recompute = 'none', communicator, synchronized}: EncodeOptions = {},
): Tensor2D {
  const {encoder, head} = Object(networks) as Networks;
  checkValue('encode', 'encoder', encoder, modelRule);
  checkValue('encode', 'images', images, tensorRule);
  checkValue('encode', 'recompute', recompute, recomputeRule);
  const kwargs = {
    training: true,
    updateStatistics,
    ...(splits > 1 && {splits}),
    ...(communicator && {communicator, ...(synchronized !== undefined && {synchronized})}),
  };
  const features = trainingPass(encoder, images, kwargs, recompute);
  showFeatures(encoder, features);
  if (head === undefined) return features as Tensor2D; // [n, d]
  const projections = trainingPass(head, features, kwargs, 'none');
  features.dispose();
  return projections as Tensor2D; // [n, d′]
}
