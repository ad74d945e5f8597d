import {existsSync, readFileSync, renameSync, statSync} from 'node:fs';
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

const [LOG, EVENTS] = ['metrics.jsonl', 'tensorboard'] as const;
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

/** The step of the last whole line of a log; undefined where there is none. */
function lastStepIn(path: string): number | undefined {
  if (!existsSync(path)) return undefined;
  const content = readFileSync(path);
  const end = content.lastIndexOf('\n');
  const line = content.subarray(content.lastIndexOf('\n', end - 1) + 1, end).toString('utf8');
  const {step} = (end > 0 ? parsed(line) : {}) as Partial<StepRecord>;
  return step;
}

/** What a line says; nothing where it is no record, which whoever reads all lines tells. */
function parsed(line: string): object {
  try {
    return Object(JSON.parse(line)) as object;
  } catch {
    return {};
  }
}

/** Moves the logs of another run aside, under names with a number, and says so. */
function moveAside(folder: string): void {
  const log = join(folder, LOG);
  if (!existsSync(log) || statSync(log).size === 0) return;
  let turn = 1;
  const named = (): readonly string[] => [`metrics-${turn}.jsonl`, `${EVENTS}-${turn}`];
  while (named().some(name => existsSync(join(folder, name)))) turn++;
  const [aside, eventsAside] = named();
  const events = existsSync(join(folder, EVENTS));
  if (events) renameSync(join(folder, EVENTS), join(folder, eventsAside));
  renameSync(log, join(folder, aside)); // last, so that what is interrupted is done again
  const names = [aside, ...(events ? [eventsAside] : [])].join(' and ');
  process.stderr.write(`contrastive: ${folder} had logs of a run without a checkpoint: they are in ${names} now\n`);
}

/**
 * Opens the logs of a run from a step on: JSON lines, and TensorBoard's files where they are wanted. A remark that was
 * made before that step is not made again. Lines of that step and later ones go, which a line on the error stream says.
 *
 * @param begins Whether it is another run than that whose logs lie there, if any do: they are moved aside.
 */
export function openLogs(folder: string, from: number, tensorBoard: boolean, begins: boolean): RunLogs {
  const options = {from};
  const path = join(folder, LOG);
  if (begins) moveAside(folder);
  const last = lastStepIn(path) ?? -1;
  if (last >= from) {
    const which = last === from ? `step ${from}` : `steps ${from} to ${last}`;
    process.stderr.write(
      `contrastive: no checkpoint has ${which} of ${path}: they leave the logs and are done again\n`,
    );
  }
  const lines = jsonlWriter(path, options);
  try {
    const said = remarksIn(path);
    const board = tensorBoard ? tensorBoardWriter(join(folder, EVENTS), options) : undefined;
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
