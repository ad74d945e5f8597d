import {checkValue, isPlain, kind, number, object, show} from '@contrastive/internal';
import * as tf from '@tensorflow/tfjs-core';
import type {Optimizer, Parameters} from './contract.js';
import {restoreVariables} from './restore-variables.js';

/** A parameter at a step, with its slots in the order of their names. */
export interface Given {
  readonly name: string;
  readonly parameter: tf.Variable;
  readonly gradient: tf.Tensor;
  readonly slots: readonly tf.Variable[];
}

/** Computes the new parameter and its new slots. */
type Update = (given: Given) => readonly tf.Tensor[];

/** What an optimiser is made of. */
interface Parts {
  /** Whose messages these are. */
  readonly where: string;
  readonly parameters: Parameters;
  /** The slots of each parameter, called `<slot>/<parameter>`, of its shape and zero at the start. */
  readonly slots: readonly string[];
  /** Other variables of its state, which it frees with the slots. */
  readonly more?: Parameters;
  /** Begins a step: what is made here serves all parameters. */
  readonly updateWith: (learningRate: number) => Update;
  /** Computes all at once what `updateWith` computes of each, where the backend can. */
  readonly updateAll?: (given: readonly Given[], learningRate: number) => readonly (readonly tf.Tensor[])[] | undefined;
}

const learningRateRule = number({least: 0});
const parametersRule = kind(
  'variables by name',
  value => object.judge(value) === undefined && isPlain(value as object),
  "give the method's parameters",
);

/** Throws unless there are parameters, all of them float32. */
export function checkParameters(where: string, parameters: Parameters): void {
  checkValue(where, 'parameters', parameters, parametersRule);
  const entries = Object.entries<unknown>(parameters); // JavaScript callers may pass anything
  if (entries.length === 0)
    throw new RangeError(`${where}: expected at least one parameter to train, got none; are all layers frozen?`);
  for (const [name, value] of entries) {
    if (!(value instanceof tf.Variable)) {
      const advice = 'parameters' in parameters ? 'give its parameters, as method.parameters' : 'leave it out';
      throw new TypeError(`${where}: expected a variable as ${name}, got ${show(value)}; ${advice}.`);
    }
    if (value.dtype !== 'float32')
      throw new TypeError(`${where}: expected a float32 variable as ${name}, got ${value.dtype}; leave it out.`);
  }
}

/** Throws unless there is one gradient for each parameter, of its shape. */
function checkGradients(where: string, parameters: Parameters, gradients: tf.NamedTensorMap): void {
  const given = gradients as Readonly<Record<string, tf.Tensor | null | undefined>>;
  for (const [name, {shape}] of Object.entries(parameters)) {
    const gradient = given[name];
    if (gradient == null) {
      throw new Error(
        `${where}: expected a gradient for ${name}, got none; give one for each parameter, or leave it ` +
          'out of the optimiser.',
      );
    }
    if (!tf.util.arraysEqual(gradient.shape, shape)) {
      throw new RangeError(
        `${where}: expected [${shape.join(', ')}] as the gradient of ${name}, got [${gradient.shape.join(', ')}]; is ` +
          "it another parameter's?",
      );
    }
  }
  const unknown = Object.keys(gradients).find(name => !Object.hasOwn(parameters, name));
  if (unknown !== undefined) {
    throw new Error(
      `${where}: expected gradients of the parameters alone, got one for ${unknown}; use the names of the ` +
        "optimiser's parameters.",
    );
  }
}

function assign({parameter, slots}: Given, values: readonly tf.Tensor[]): void {
  [parameter, ...slots].forEach((variable, i) => {
    variable.assign(values[i]);
  });
}

/** The optimiser with these parts: allocates the slots, and steps at once or with one scope a parameter. */
export function createOptimizer({where, parameters, slots, more, updateWith, updateAll}: Parts): Optimizer {
  const trained = Object.entries(parameters);
  const zeros = (parameter: tf.Variable): tf.Variable => tf.tidy(() => tf.variable(tf.zerosLike(parameter), false));
  const state: Parameters = {
    ...Object.fromEntries(
      slots.flatMap(slot => trained.map(([name, parameter]) => [`${slot}/${name}`, zeros(parameter)])),
    ),
    ...more,
  };

  return {
    parameters,
    apply(gradients, learningRate) {
      checkValue(`${where}.apply`, 'learningRate', learningRate, learningRateRule);
      checkGradients(`${where}.apply`, parameters, gradients);
      tf.tidy(() => {
        const given = trained.map(([name, parameter]): Given => ({
          name,
          parameter,
          gradient: gradients[name],
          slots: slots.map(slot => state[`${slot}/${name}`]),
        }));
        const all = updateAll?.(given, learningRate);
        if (all) {
          given.forEach((one, i) => {
            assign(one, all[i]);
          });
          return;
        }
        const update = updateWith(learningRate);
        for (const one of given) {
          tf.tidy(() => {
            assign(one, update(one));
          });
        }
      });
    },
    state: () => state,
    async restore(tensors) {
      restoreVariables(`${where}.restore`, state, tensors);
    },
    dispose() {
      tf.dispose(state);
    },
  };
}
