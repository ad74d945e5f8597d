import {createRequire} from 'node:module';
import {Worker} from 'node:worker_threads';
import type {WriteAnswer, WriteTask} from './write-task.js';

/** What waits for the worker, by the number of its task. */
const waiting = new Map<number, {resolve: () => void; reject: (error: unknown) => void}>();
let worker: Worker | undefined;
let tasks = 0;

function start(): Worker {
  const started = new Worker(createRequire(import.meta.url).resolve('@contrastive/train/checkpoint-worker'));
  const end = (error: unknown): void => {
    if (worker === started) worker = undefined;
    for (const {reject} of waiting.values()) reject(error);
    waiting.clear();
  };
  started.on('message', ({id, error}: WriteAnswer) => {
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

/** Writes a checkpoint's files in another thread; the task's bytes are handed over. */
export function writeInWorker(task: WriteTask): Promise<void> {
  worker ??= start();
  const id = ++tasks;
  const done = new Promise<void>((resolve, reject) => {
    waiting.set(id, {resolve, reject});
  });
  worker.ref();
  worker.postMessage({id, task}, [task.bytes]);
  return done;
}
