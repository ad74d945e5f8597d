export {checkExport, exportEncoder, type ExportEncoderOptions} from './export-encoder.js';
export {loadEncoder} from './load-encoder.js';
