export {jsonlWriter, type JsonlWriter, type JsonlWriterOptions} from './node/jsonl-writer.js';
export {
  tensorBoardWriter,
  type TensorBoardWriter,
  type TensorBoardWriterOptions,
} from './node/tensorboard/tensorboard-writer.js';
export {latestCheckpoint} from './node/checkpoint/latest-checkpoint.js';
export {loadCheckpoint, type LoadCheckpointOptions, type LoadedCheckpoint} from './node/checkpoint/load-checkpoint.js';
export type {CheckpointRecord, Json, MadeOn} from './node/checkpoint/record.js';
export {saveCheckpoint, type SaveCheckpointOptions} from './node/checkpoint/save-checkpoint.js';
export {openRun, type Run, type RunOptions} from './node/run/open-run.js';
export {RunStopped, type StopSignal} from './node/run/run-stopped.js';
export type {RunTrainOptions} from './node/run/train-saved.js';
