export {checkExport, exportEncoder, type ExportEncoderOptions} from './node/export-encoder.js';
export {importEncoder} from './node/import-encoder.js';
export {loadEncoder} from './node/load-encoder.js';
export {openTorch, type OpenTorchFile} from './node/open-torch.js';
