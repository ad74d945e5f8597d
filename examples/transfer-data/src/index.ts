export {openTransferData, type TransferParts} from './open.js';
export {prepareTransferData, type PrepareOptions, type SetName, type TransferData} from './prepare.js';
export {readRecord, type Counts, type SetRecord, type Split} from './record.js';
