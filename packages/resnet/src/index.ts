export {resnet18, resnet34, resnet50, resnet101, resnet152, type PresetOptions} from './presets.js';
export type {ResNetOptions} from './options.js';
export {resnet} from './resnet.js';
