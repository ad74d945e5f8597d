import {having, type Rule} from '@contrastive/internal';

/** What a file says of one tensor. */
interface TensorInfo {
  /** The type of its numbers, in the words of safetensors. */
  readonly dtype: string;
  /** Its sides. */
  readonly shape: readonly number[];
}

/** Tensors that can be read by name: what `readSafetensors` and {@link readTorch} give. */
export interface TensorFile {
  /** Types and shapes by name. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** The free texts of a safetensors file, by name. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** A tensor's numbers as float32, row after row; they may lie in `memory`. */
  readFloat32(name: string, memory?: ArrayBuffer): Promise<Float32Array>;
}

/** What an encoder is made from. */
export const tensorFileRule: Rule = having(
  'a file of tensors',
  ['readFloat32'],
  'open one with readTorch, or with readSafetensors of @contrastive/safetensors',
);
