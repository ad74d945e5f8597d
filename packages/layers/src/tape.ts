import * as tf from '@tensorflow/tfjs-core';

/** One recorded operation. */
export type TapeNode = ReturnType<typeof tf.engine>['state']['activeTape'][number];

/** The operations that are recorded now, the last one last; undefined where none are. */
export function currentTape(): TapeNode[] | undefined {
  const {gradientDepth, kernelDepth, activeTape} = tf.engine().state;
  return gradientDepth > 0 && kernelDepth === 0 ? activeTape : undefined;
}

/** Another tensor of the same memory. `tf.clone` is recorded, and copies where it runs on wasm. */
export function sharing({dataId, shape, dtype}: tf.Tensor): tf.Tensor {
  const {backend} = tf.engine();
  backend.incRef(dataId);
  return tf.engine().makeTensorFromTensorInfo({dataId, shape, dtype}, backend);
}

/** The same, until it is disposed. */
export const keptClone = (x: tf.Tensor): tf.Tensor => tf.keep(sharing(x));

/** Frees what operations saved for their gradients. */
export const freeSaved = (nodes: readonly TapeNode[]): void => {
  for (const {saved} of nodes) tf.dispose(saved ?? []);
};

/** The operations of `body`, whose result is freed, on a tape of its own. */
export function record(body: () => tf.Tensor): TapeNode[] {
  const {state} = tf.engine();
  const {activeTape} = state;
  const tape: TapeNode[] = [];
  state.activeTape = tape;
  state.gradientDepth++;
  try {
    body().dispose();
    return tape;
  } catch (error) {
    freeSaved(tape);
    throw error;
  } finally {
    state.gradientDepth--;
    state.activeTape = activeTape;
  }
}
