export {readTorch, type TorchFile, type TorchTensorInfo} from './torch/read-torch.js';
