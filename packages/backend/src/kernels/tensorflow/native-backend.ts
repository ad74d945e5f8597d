import * as tf from '@tensorflow/tfjs-core';

/** An attribute of a TensorFlow op, as the native binding takes it. */
export interface OpAttribute {
  /** The attribute's name in TensorFlow's op definition. */
  readonly name: string;
  /** Its kind, one of the binding's `TF_ATTR_*`. */
  readonly type: number;
  /** Its value, of that kind. */
  readonly value: number | boolean | string;
}

/** An output of an op, as the native binding gives it. */
interface OpOutput {
  /** What the binding knows the tensor by. */
  readonly id: number;
  /** Its shape. */
  readonly shape: number[];
  /** Its type, one of the binding's `TF_*`. */
  readonly dtype: number;
}

type Constant =
  | 'TF_ATTR_TYPE'
  | 'TF_ATTR_INT'
  | 'TF_ATTR_FLOAT'
  | 'TF_ATTR_STRING'
  | 'TF_ATTR_BOOL'
  | 'TF_FLOAT'
  | 'TF_INT32'
  | 'TF_UINT8';

/** The native binding. */
interface Binding extends Readonly<Record<Constant, number>> {
  /** Copies or shares the values as a tensor of TensorFlow, which the caller deletes. */
  createTensor: (shape: readonly number[], dtype: number, values: Uint8Array) => number;
  /** Frees such a tensor. */
  deleteTensor: (id: number) => void;
  /** Runs an op on tensors by their ids. */
  executeOp: (
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
    outputs: number,
  ) => OpOutput[];
}

/** The members of the native backend that the kernels use; its own types come with a package that may be absent. */
export interface NativeBackend {
  /** Constants of the C API, and what lies below tensors of TensorFlow.js. */
  readonly binding: Binding;
  /** The tensor of an output of `binding.executeOp`. */
  createOutputTensor: (output: OpOutput) => tf.Tensor;
  /** Runs a TensorFlow op of one output. */
  executeSingleOutput: (
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly tf.TensorInfo[],
  ) => tf.Tensor;
  /** Runs a TensorFlow op of several outputs. */
  executeMultipleOutputs: (
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly tf.TensorInfo[],
    count: number,
  ) => tf.Tensor[];
}

/** The attribute of a type, float32 unless told. */
export const typeAttribute = (
  {binding}: NativeBackend,
  name: string,
  type: 'TF_FLOAT' | 'TF_INT32' | 'TF_UINT8' = 'TF_FLOAT',
): OpAttribute => ({name, type: binding.TF_ATTR_TYPE, value: binding[type]});

/** What a kernel of this backend was given, by the type that operations take; it stays the caller's. */
export const asTensor = (info: tf.TensorInfo): tf.Tensor =>
  info instanceof tf.Tensor ? (info as tf.Tensor) : tf.engine().makeTensorFromTensorInfo(info);
