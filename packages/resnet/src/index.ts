export {resnet18, resnet34, resnet50, resnet101, resnet152} from './presets.js';
export {resnet, type PresetOptions, type ResNetOptions} from './resnet.js';
