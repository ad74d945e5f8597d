export type {BlobLike, ByteSource} from './byte-source.js';
export type {Dtype, TensorData} from './dtypes.js';
export {parseHeader, type Header, type TensorInfo} from './header.js';
export {readSafetensors, type Safetensors} from './read-safetensors.js';
export {
  writeSafetensors,
  type TensorToWrite,
  type TensorsToWrite,
  type WriteSafetensorsOptions,
} from './write-safetensors.js';
