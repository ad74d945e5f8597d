export {checkExport, exportEncoder} from './node/export-encoder.js';
export type {ExportEncoderOptions} from './node/export-options.js';
export {importEncoder} from './node/import-encoder.js';
export {loadEncoder} from './node/load-encoder.js';
export {openTorch, type OpenTorchFile} from './node/open-torch.js';
