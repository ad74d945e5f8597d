import * as tf from '@tensorflow/tfjs-core';

/** What happened while operations were followed, in order. */
export type Event =
  | {readonly kind: 'operation'; readonly name: string; readonly seconds: number}
  /** Memory that a tensor was given; `by` is the operation, or {@link HOST}. */
  | {readonly kind: 'made'; readonly memory: object; readonly bytes: number; readonly by: string}
  /** Memory whose last tensor is gone. */
  | {readonly kind: 'freed'; readonly memory: object};

/** Who made what no operation did: numbers that JavaScript gave. */
const HOST = 'from JavaScript';

/** Operations whose output is their first input's memory. */
const SHARING: readonly string[] = ['Reshape', 'ExpandDims', 'Squeeze', 'Identity'];

/** The memory of tensors. */
interface Memory {
  /** How many sets of data lie in it. */
  users: number;
}

/** The members of the native backend that run TensorFlow's operations, one after the other until each is done. */
interface NativeBackend {
  executeSingleOutput: (name: string, attributes: unknown, inputs: readonly tf.TensorInfo[]) => tf.Tensor;
  executeMultipleOutputs: (
    name: string,
    attributes: unknown,
    inputs: readonly tf.TensorInfo[],
    count: number,
  ) => tf.Tensor[];
}

/** The members of the engine that see memory come and go: a tensor may share that of another. */
interface Engine {
  trackTensor: (tensor: tf.Tensor, backend?: unknown) => void;
  removeDataId: (data: object, backend: unknown) => void;
}

/**
 * Calls a function for each operation and each change of memory on the native backend, from now on.
 *
 * @returns What ends it.
 */
export function follow(tell: (event: Event) => void): () => void {
  const backend = tf.backend() as object as NativeBackend;
  const engine = tf.engine() as object as Engine;
  let running: string = HOST;
  let input: object | undefined;
  const memories = new WeakMap<object, Memory>();

  const timed = <R>(name: string, inputs: readonly tf.TensorInfo[], operation: () => R): R => {
    running = name;
    input = SHARING.includes(name) ? inputs[0].dataId : undefined;
    const start = performance.now();
    try {
      return operation();
    } finally {
      tell({kind: 'operation', name, seconds: (performance.now() - start) / 1000});
      [running, input] = [HOST, undefined];
    }
  };
  const {executeSingleOutput, executeMultipleOutputs} = backend;
  backend.executeSingleOutput = (name, attributes, inputs) =>
    timed(name, inputs, () => executeSingleOutput.call(backend, name, attributes, inputs));
  backend.executeMultipleOutputs = (name, attributes, inputs, count) =>
    timed(name, inputs, () => executeMultipleOutputs.call(backend, name, attributes, inputs, count));

  const {trackTensor, removeDataId} = engine;
  engine.trackTensor = (tensor, owner) => {
    trackTensor.call(engine, tensor, owner);
    const data = tensor.dataId;
    if (memories.has(data)) return;
    const shared = input && memories.get(input);
    const memory = shared ?? {users: 0};
    memory.users++;
    memories.set(data, memory);
    if (shared) return;
    tell({kind: 'made', memory, bytes: tensor.size * tf.util.bytesPerElement(tensor.dtype), by: running});
  };
  engine.removeDataId = (data, owner) => {
    removeDataId.call(engine, data, owner);
    const memory = memories.get(data);
    if (memory === undefined) return;
    memories.delete(data);
    memory.users--;
    if (memory.users === 0) tell({kind: 'freed', memory});
  };
  return () => {
    Object.assign(backend, {executeSingleOutput, executeMultipleOutputs});
    Object.assign(engine, {trackTensor, removeDataId});
  };
}
