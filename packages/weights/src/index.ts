export {cut, type CutOptions} from './cut.js';
export type {Architecture} from './import/architecture.js';
export type {Assumption} from './import/assumptions.js';
export {encoderFrom, type EncoderFromOptions, type ImportedEncoder} from './import/encoder-from.js';
export type {Family} from './import/families.js';
export type {TensorFile} from './import/tensor-file.js';
export type {OnnxDtype} from './onnx/graph.js';
export {toOnnx, type ToOnnxOptions} from './onnx/to-onnx.js';
export {readTorch, type TorchFile, type TorchTensorInfo} from './torch/read-torch.js';
