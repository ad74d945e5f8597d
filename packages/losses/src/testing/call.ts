import * as tf from '@tensorflow/tfjs-core';
import type {Loss, LossInput} from '../contract.js';

/** A loss of any kind of input: every `Loss` is one of these. */
export type AnyLoss = Loss<Required<LossInput>>;

/** The loss of a batch. The options of the check say what the loss takes, and the batch has that. */
export const call = (loss: AnyLoss, batch: LossInput): tf.Scalar => loss(batch as Required<LossInput>);

/** The number that the loss of a batch is. */
export function valueOf(loss: AnyLoss, batch: LossInput): number {
  const value = call(loss, batch);
  const [number] = value.dataSync();
  value.dispose();
  return number;
}

/** The gradient of each view, flat; undefined where none leads to it. */
export interface Slopes {
  readonly z1: readonly number[] | undefined;
  readonly z2: readonly number[] | undefined;
}

/** Runs `f` with both views of the batch as variables, which live as long as that. */
export function withVariables<T>(batch: LossInput, f: (batch: LossInput, z1: tf.Variable, z2: tf.Variable) => T): T {
  const z1 = tf.variable(batch.z1);
  const z2 = tf.variable(batch.z2);
  try {
    return f({...batch, z1, z2}, z1, z2);
  } finally {
    z1.dispose();
    z2.dispose();
  }
}

/** The gradients of both views, as variables on a tape as in training. */
export function slopesOf(loss: AnyLoss, batch: LossInput): Slopes {
  return withVariables(batch, (variables, z1, z2) => {
    const {value, grads} = tf.variableGrads(() => call(loss, variables), [z1, z2]);
    value.dispose();
    const read = ({name}: tf.Variable): number[] | undefined => {
      // The type leaves out that a variable that nothing leads to is missing.
      const gradient = grads[name] as tf.Tensor | undefined;
      const numbers = gradient && Array.from(gradient.dataSync());
      gradient?.dispose();
      return numbers;
    };
    return {z1: read(z1), z2: read(z2)};
  });
}
