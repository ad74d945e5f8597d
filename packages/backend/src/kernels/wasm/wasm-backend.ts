import type * as tf from '@tensorflow/tfjs-core';

/** The members of the wasm backend that the kernels use; some are private in its types. */
export interface WasmBackend {
  /** What is known of each tensor's data. */
  readonly dataIdMap: {
    get: (dataId: tf.DataId) => {readonly id: number; readonly memoryOffset: number};
    delete: (dataId: tf.DataId) => boolean;
  };
  /** The WebAssembly module. */
  readonly wasm: {readonly tfjs: {disposeData: (id: number) => void}};
  /** Allocates a tensor, or records one at a place in memory that is already in use. */
  makeOutput: (shape: number[], dtype: 'float32' | 'int32', memoryOffset?: number) => tf.TensorInfo;
  /** The values, in place; void as soon as anything is allocated, because the memory may move. */
  typedArrayFromHeap: (info: tf.TensorInfo) => Float32Array | Int32Array | Uint8Array;
  /** Releases one reference. */
  disposeData: (dataId: tf.DataId) => boolean;
}
