import {join} from 'node:path';
import type {StepRecord} from '../../record.js';
import {jsonlWriter} from '../jsonl-writer.js';
import {tensorBoardWriter} from '../tensorboard/tensorboard-writer.js';

/** Opens the logs of a run from a step on: JSON lines, and TensorBoard's files where they are wanted. */
export function openLogs(folder: string, from: number, tensorBoard: boolean) {
  const options = {from};
  const lines = jsonlWriter(join(folder, 'metrics.jsonl'), options);
  try {
    const board = tensorBoard ? tensorBoardWriter(join(folder, 'tensorboard'), options) : undefined;
    return {
      write(record: StepRecord): void {
        lines.write(record);
        board?.write(record);
      },
      image(step: number, tag: string, png: Uint8Array): void {
        board?.image(step, tag, png);
      },
      close(): void {
        lines.close();
        board?.close();
      },
    };
  } catch (error) {
    lines.close();
    throw error;
  }
}
