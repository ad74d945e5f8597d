export {openFile, type FileSource} from './node/file-source.js';
export {openSafetensors, type OpenSafetensors} from './node/open-safetensors.js';
export {saveSafetensors, type SaveSafetensorsOptions} from './node/save-safetensors.js';
