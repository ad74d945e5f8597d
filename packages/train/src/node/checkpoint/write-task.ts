/** What the worker is given to write. */
export interface WriteTask {
  /** The directory of the checkpoint, which is not there yet. */
  readonly directory: string;
  /** The record, as JSON. */
  readonly record: string;
  /** The tensors, by name; their numbers lie in `bytes` from `begin` on. */
  readonly tensors: readonly HostTensor[];
  /** All numbers. */
  readonly bytes: ArrayBuffer;
}

/** A tensor in host memory. */
export interface HostTensor {
  readonly name: string;
  readonly dtype: 'F32' | 'I32';
  readonly shape: readonly number[];
  /** Where its numbers begin, in bytes. */
  readonly begin: number;
}

/** What the worker answers: nothing, or what went wrong. */
export interface WriteAnswer {
  readonly id: number;
  readonly error?: {readonly message: string; readonly code?: string};
}
