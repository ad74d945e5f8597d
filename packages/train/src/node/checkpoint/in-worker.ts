import {createRequire} from 'node:module';
import {Worker} from 'node:worker_threads';
import type {Answer, Asked, WriteTask} from './write-task.js';

/** What waits for the worker, by the number of its task. */
const waiting = new Map<number, {resolve: () => void; reject: (error: unknown) => void}>();
let worker: Worker | undefined;
let tasks = 0;
/** Memory of the last checkpoint, for the next: new memory costs more than the copy. */
let spare: ArrayBuffer | undefined;

function start(): Worker {
  const file = createRequire(import.meta.url).resolve('@contrastive/train/node/checkpoint-worker');
  // `node --input-type=module -e …` would hand its flag on, which no file may have.
  const ofText = process.execArgv.some(flag => flag.startsWith('--input-type'));
  const started = new Worker(file, ofText ? {execArgv: []} : {});
  const end = (error: unknown): void => {
    if (worker === started) worker = undefined;
    for (const {reject} of waiting.values()) reject(error);
    waiting.clear();
  };
  started.on('message', ({id, bytes, error}: Answer) => {
    spare = bytes ?? spare;
    const task = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) started.unref(); // the program may end
    if (error) task?.reject(Object.assign(new Error(error.message), error));
    else task?.resolve();
  });
  started.on('error', end);
  started.on('exit', code => {
    end(new Error(`the thread that writes checkpoints ended with code ${code}`));
  });
  return started;
}

type What = {readonly task: WriteTask} | {readonly length: number};

function ask(what: What, transfer: ArrayBuffer[]): Promise<void> {
  worker ??= start();
  const id = ++tasks;
  const done = new Promise<void>((resolve, reject) => {
    waiting.set(id, {resolve, reject});
  });
  worker.ref();
  worker.postMessage({id, ...what} satisfies Asked, transfer);
  return done;
}

/** Writes a checkpoint's files in another thread; the task's bytes are handed over. */
export const writeInWorker = (task: WriteTask): Promise<void> => ask({task}, [task.bytes]);

/** Gets memory for checkpoints of so many bytes ready in another thread, so that the first copy is quick too. */
export const prepareMemory = (length: number): Promise<void> => ask({length}, []);

/** Memory for a checkpoint. */
export function takeMemory(length: number): ArrayBuffer {
  const bytes = spare?.byteLength === length ? spare : new ArrayBuffer(length);
  spare = undefined;
  return bytes;
}
