export {asSource, sourceRule, type BlobLike, type ByteSource} from './byte-source.js';
export {numbersIn, type Dtype, type TensorData} from './dtypes.js';
export {parseHeader, type Header, type TensorInfo} from './header.js';
export {readSafetensors, type Safetensors} from './read-safetensors.js';
export {toFloat32} from './to-float32.js';
export {
  writeSafetensors,
  type TensorToWrite,
  type TensorsToWrite,
  type WriteSafetensorsOptions,
} from './write-safetensors.js';
