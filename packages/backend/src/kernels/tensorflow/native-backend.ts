import type * as tf from '@tensorflow/tfjs-core';

/** An attribute of a TensorFlow op, as the native binding takes it. */
export interface OpAttribute {
  /** The attribute's name in TensorFlow's op definition. */
  readonly name: string;
  /** Its kind, one of the binding's `TF_ATTR_*`. */
  readonly type: number;
  /** Its value, of that kind. */
  readonly value: number | boolean | string;
}

/** The members of the native backend that the kernels use; its own types come with a package that may be absent. */
export interface NativeBackend {
  /** Constants of the C API. */
  readonly binding: Readonly<Record<'TF_ATTR_TYPE' | 'TF_ATTR_INT' | 'TF_ATTR_FLOAT' | 'TF_ATTR_STRING' | 'TF_ATTR_BOOL' | 'TF_FLOAT' | 'TF_INT32', number>>;
  /** Runs a TensorFlow op of one output. */
  executeSingleOutput: (name: string, attributes: readonly OpAttribute[], inputs: readonly tf.TensorInfo[]) => tf.Tensor;
  /** Runs a TensorFlow op of several outputs. */
  executeMultipleOutputs: (name: string, attributes: readonly OpAttribute[], inputs: readonly tf.TensorInfo[], count: number) => tf.Tensor[];
}

/** The attribute of a type, float32 unless told. */
export const typeAttribute = ({binding}: NativeBackend, name: string, type: 'TF_FLOAT' | 'TF_INT32' = 'TF_FLOAT'): OpAttribute => ({
  name,
  type: binding.TF_ATTR_TYPE,
  value: binding[type],
});
