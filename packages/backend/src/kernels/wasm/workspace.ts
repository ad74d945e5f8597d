import * as tf from '@tensorflow/tfjs-core';

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

/** What a kernel computes with; everything made by it is released when the kernel is through, but for the result. */
export interface Workspace {
  /** Runs another kernel of the backend. */
  run: (kernelName: string, inputs: Readonly<Record<string, tf.TensorInfo>>, attrs?: tf.NamedAttrMap) => tf.TensorInfo;
  /** Allocates values, unset, of float32 unless told otherwise. */
  make: (shape: number[], dtype?: 'float32' | 'int32') => tf.TensorInfo;
  /** A window on values in memory that another tensor holds, from `offset` (in elements) on. */
  view: (of: tf.TensorInfo, offset: number, shape: number[]) => tf.TensorInfo;
  /** The values in place: ask again after anything was made. */
  floats: (info: tf.TensorInfo) => Float32Array;
}

/** The same values under another shape. */
export const reshaped = ({dataId, dtype}: tf.TensorInfo, shape: number[]): tf.TensorInfo => ({dataId, dtype, shape});

const bytesPerFloat = 4;

/** Computes a kernel's result and releases what was made on the way. */
export const withWorkspace = <T extends tf.TensorInfo | tf.TensorInfo[]>(
  backend: WasmBackend,
  body: (workspace: Workspace) => T,
): T => {
  // one entry a reference: a kernel may return another reference to data that is here already
  const made: tf.DataId[] = [];
  const views = new Set<tf.DataId>();
  const workspace: Workspace = {
    run: (kernelName, inputs, attrs = {}) => {
      const kernel = tf.getKernel(kernelName, 'wasm') as tf.KernelConfig | undefined;
      if (!kernel) {
        throw new Error(
          `wasm kernels: the backend has no kernel '${kernelName}'; use @tensorflow/tfjs-backend-wasm 4.22 or later`,
        );
      }
      const output = kernel.kernelFunc({inputs, attrs, backend}) as tf.TensorInfo;
      made.push(output.dataId);
      return output;
    },
    make: (shape, dtype = 'float32') => {
      const output = backend.makeOutput(shape, dtype);
      made.push(output.dataId);
      return output;
    },
    view: (of, offset, shape) => {
      const output = backend.makeOutput(
        shape,
        'float32',
        backend.dataIdMap.get(of.dataId).memoryOffset + offset * bytesPerFloat,
      );
      views.add(output.dataId);
      return output;
    },
    floats: info => backend.typedArrayFromHeap(info) as Float32Array,
  };
  const release = (): void => {
    for (const dataId of views) {
      // not backend.disposeData, which would free the memory
      backend.wasm.tfjs.disposeData(backend.dataIdMap.get(dataId).id);
      backend.dataIdMap.delete(dataId);
    }
    for (const dataId of made) {
      backend.disposeData(dataId);
    }
  };
  try {
    const result = body(workspace);
    for (const {dataId} of [result].flat()) {
      const reference = made.indexOf(dataId);
      if (reference >= 0) {
        made.splice(reference, 1);
      }
    }
    return result;
  } finally {
    release();
  }
};
