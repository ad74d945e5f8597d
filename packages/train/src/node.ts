export {jsonlWriter, type JsonlWriter} from './node/jsonl-writer.js';
