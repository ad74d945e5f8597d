import type {Dtype} from '@contrastive/safetensors';
import type {Storage} from './values.js';

/** Bytes of one number of a type. */
export function bytesPer(dtype: Dtype): 1 | 2 | 4 | 8 {
  if (dtype.endsWith('64')) return 8;
  if (dtype.endsWith('32')) return 4;
  return dtype.endsWith('16') ? 2 : 1;
}

/** Bytes of one number of the types that we have none for. */
const others: Readonly<Record<string, number>> = {
  'torch.ComplexDoubleStorage': 16,
  'torch.ComplexFloatStorage': 8,
  'torch.QInt32Storage': 4,
};

/** How many bytes a storage has. */
export const bytesOf = ({length, dtype, type}: Storage): number =>
  length * (dtype === undefined ? (others[type] ?? 1) : bytesPer(dtype));
