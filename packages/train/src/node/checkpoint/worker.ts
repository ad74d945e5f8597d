import {createHash} from 'node:crypto';
import {mkdir, open, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {parentPort} from 'node:worker_threads';
import {writeSafetensors} from '@contrastive/safetensors';
import {allFinite} from '@contrastive/internal';
import {syncDirectory} from '@contrastive/internal/node';
import {FILES} from './record.js';
import type {Answer, Asked, HostTensor, WriteTask} from './write-task.js';

/** Writes a new file to the disk, and gives its checksum. */
async function writeSummed(path: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
  const sum = createHash('sha256');
  const file = await open(path, 'wx');
  try {
    let writing = Promise.resolve();
    for await (const chunk of chunks) {
      const before = writing;
      writing = before.then(() => file.writeFile(chunk));
      writing.catch(() => undefined); // awaited below
      sum.update(chunk); // while the system writes
      await before;
    }
    await writing;
    await file.sync();
  } finally {
    await file.close();
  }
  return sum.digest('hex');
}

const viewOf = (bytes: ArrayBuffer, {dtype, shape, begin}: HostTensor): Float32Array | Int32Array => {
  const size = shape.reduce((product, side) => product * side, 1);
  return dtype === 'F32' ? new Float32Array(bytes, begin, size) : new Int32Array(bytes, begin, size);
};

/** Throws for numbers that no run can go on from. */
function checkFinite({name}: HostTensor, values: Float32Array | Int32Array): void {
  if (values instanceof Int32Array || allFinite(values)) return;
  throw new Error(
    `saveCheckpoint: expected finite numbers in ${name}, got ${values.find(value => !Number.isFinite(value))}; go on ` +
      'from an earlier checkpoint, with a lower learning rate.',
  );
}

async function write({directory, record, tensors, bytes}: WriteTask): Promise<void> {
  const values = tensors.map(tensor => [tensor, viewOf(bytes, tensor)] as const);
  for (const [tensor, data] of values) checkFinite(tensor, data);
  await mkdir(directory);
  try {
    const named = new Map(values.map(([{name, dtype, shape}, data]) => [name, {dtype, shape, data}]));
    const text = new TextEncoder();
    const files = [
      [FILES.state, await writeSummed(join(directory, FILES.state), writeSafetensors(named))],
      [FILES.record, await writeSummed(join(directory, FILES.record), [text.encode(record)])],
    ];
    const sums = files.map(([name, sum]) => `${sum}  ${name}\n`).join('');
    await writeSummed(join(directory, FILES.sums), [text.encode(sums)]);
    await syncDirectory(directory);
  } catch (error) {
    await rm(directory, {recursive: true, force: true}).catch(() => undefined); // the first error is the one to tell
    throw error;
  }
}

/** Memory whose pages are there: the first touch of each takes longer than copying it. */
function touched(length: number): ArrayBuffer {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i += 4096) bytes[i] = 1;
  return bytes.buffer;
}

const answer = (what: Answer): void => {
  parentPort?.postMessage(what, what.bytes ? [what.bytes] : []);
};

parentPort?.on('message', (asked: Asked) => {
  const {id} = asked;
  if ('length' in asked) {
    answer({id, bytes: touched(asked.length)});
    return;
  }
  const {bytes} = asked.task;
  write(asked.task).then(
    () => {
      answer({id, bytes});
    },
    (error: unknown) => {
      const {message, code} = error as NodeJS.ErrnoException;
      answer({id, bytes, error: {message, ...(code !== undefined && {code})}});
    },
  );
});
