import * as tf from '@tensorflow/tfjs-core';
import type {Loss, LossInput} from '../contract.js';

/** A loss of any kind of input: every `Loss` is one of these. */
export type AnyLoss = Loss<Required<LossInput>>;

/** Makes a batch of tensors, inside a scope that frees them. */
export type MakeBatch = () => LossInput;

/** The loss of a batch. The options of the check say what the loss takes, and the batch has that. */
export const call = (loss: AnyLoss, batch: LossInput): tf.Scalar => loss(batch as Required<LossInput>);

/** The numbers of a tensor, which is freed. */
async function read(tensor: tf.Tensor): Promise<number[]> {
  const numbers = Array.from(await tensor.data());
  tensor.dispose();
  return numbers;
}

/** The number that the loss of a batch is. No scope is open while it is read. */
export async function valueOf(loss: AnyLoss, batch: MakeBatch): Promise<number> {
  const [number] = await read(tf.tidy(() => call(loss, batch())));
  return number;
}

/** The gradients of both views, as variables on a tape as in training; undefined where none leads to a view. */
export function gradientsOf(loss: AnyLoss, batch: LossInput): Record<'z1' | 'z2', tf.Tensor | undefined> {
  const [z1, z2] = [tf.variable(batch.z1), tf.variable(batch.z2)];
  try {
    const {value, grads} = tf.variableGrads(() => call(loss, {...batch, z1, z2}), [z1, z2]);
    value.dispose();
    return {z1: grads[z1.name], z2: grads[z2.name]};
  } finally {
    tf.dispose([z1, z2]);
  }
}

/** The numbers of {@link gradientsOf}. */
export async function slopesOf(loss: AnyLoss, batch: MakeBatch): Promise<Record<'z1' | 'z2', number[] | undefined>> {
  const {z1, z2} = tf.tidy(() => gradientsOf(loss, batch()));
  return {z1: z1 && (await read(z1)), z2: z2 && (await read(z2))};
}
