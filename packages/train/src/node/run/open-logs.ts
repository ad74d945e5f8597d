import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {StepRecord} from '../../record.js';
import {jsonlWriter} from '../jsonl-writer.js';
import {tensorBoardWriter} from '../tensorboard/tensorboard-writer.js';

/** The logs of a run. */
export interface RunLogs {
  /** Writes a record; says its remark on the error stream. */
  write(record: StepRecord): void;
  /** Adds a picture to TensorBoard's files. */
  image(step: number, tag: string, png: Uint8Array): void;
  /** Closes the files; again does nothing. */
  close(): void;
}

/** The remarks that stand in a log already. */
function remarksIn(path: string): Set<string> {
  if (!existsSync(path)) return new Set();
  const lines = readFileSync(path, 'utf8').split('\n');
  return new Set(
    lines
      .filter(line => line.includes('"remark":'))
      .map(line => (JSON.parse(line) as StepRecord).remark)
      .filter(remark => remark !== undefined),
  );
}

/**
 * Opens the logs of a run from a step on: JSON lines, and TensorBoard's files where they are wanted. A remark that was
 * made before that step is not made again.
 */
export function openLogs(folder: string, from: number, tensorBoard: boolean): RunLogs {
  const options = {from};
  const path = join(folder, 'metrics.jsonl');
  const lines = jsonlWriter(path, options);
  try {
    const said = remarksIn(path);
    const board = tensorBoard ? tensorBoardWriter(join(folder, 'tensorboard'), options) : undefined;
    return {
      write({remark, ...record}) {
        const isNew = remark !== undefined && !said.has(remark);
        lines.write(isNew ? {...record, remark} : record);
        board?.write(record);
        if (!isNew) return;
        said.add(remark);
        process.stderr.write(`contrastive: step ${record.step}: ${remark}\n`);
      },
      image(step, tag, png) {
        board?.image(step, tag, png);
      },
      close() {
        lines.close();
        board?.close();
      },
    };
  } catch (error) {
    lines.close();
    throw error;
  }
}
