export {jsonlWriter, type JsonlWriter, type JsonlWriterOptions} from './node/jsonl-writer.js';
export {
  tensorBoardWriter,
  type TensorBoardWriter,
  type TensorBoardWriterOptions,
} from './node/tensorboard/tensorboard-writer.js';
