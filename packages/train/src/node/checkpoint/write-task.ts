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

/** What the worker is asked for: to write, or to get memory ready. */
export type Asked = {readonly id: number} & ({readonly task: WriteTask} | {readonly length: number});

/** What the worker answers: the memory, which it gives back, or what went wrong. */
export interface Answer {
  readonly id: number;
  readonly bytes?: ArrayBuffer;
  readonly error?: {readonly message: string; readonly code?: string};
}
