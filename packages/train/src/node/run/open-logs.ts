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

const REMARK = Buffer.from('"remark":');

/** The remarks that stand in a log already. */
function remarksIn(path: string): Set<string> {
  const remarks = new Set<string>();
  if (!existsSync(path)) return remarks;
  const content = readFileSync(path); // longer than a string may be, after days
  for (let at = content.indexOf(REMARK); at >= 0; at = content.indexOf(REMARK, at + 1)) {
    const line = content.subarray(content.lastIndexOf('\n', at) + 1, content.indexOf('\n', at));
    const {remark} = JSON.parse(line.toString('utf8')) as StepRecord;
    if (remark !== undefined) remarks.add(remark);
  }
  return remarks;
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
        try {
          lines.close();
        } finally {
          board?.close();
        }
      },
    };
  } catch (error) {
    lines.close();
    throw error;
  }
}
