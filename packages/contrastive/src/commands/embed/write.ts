import {createWriteStream} from 'node:fs';
import {rename, rm} from 'node:fs/promises';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {saveSafetensors} from '@contrastive/safetensors/node';
import type {Embedded} from '../../data/embed.js';
import {csvLine} from '../../escape/csv.js';

/** Writes the pieces of a file one after the other, whole or not at all. */
async function writePieces(path: string, pieces: Iterable<string | Uint8Array>): Promise<void> {
  const part = `${path}.${process.pid}.part`;
  try {
    await pipeline(Readable.from(pieces, {objectMode: true}), createWriteStream(part));
    await rename(part, path);
  } catch (error) {
    await rm(part, {force: true});
    throw error;
  }
}

const row = ({data, columns}: Embedded, i: number): Float32Array => data.subarray(i * columns, (i + 1) * columns);

/** Paths, labels and, where they are wanted, all numbers, as CSV. */
function* csv(embedded: Embedded, numbers: boolean): Generator<string, void, undefined> {
  const {names, classes, columns} = embedded;
  const heads = numbers ? Array.from({length: columns}, (_, i) => `e${i}`) : [];
  yield csvLine(['path', ...(classes ? ['label'] : []), ...heads]);
  for (const [i, name] of names.entries())
    yield csvLine([name, ...(classes ? [classes[i]] : []), ...(numbers ? row(embedded, i) : [])]);
}

/** A file of NumPy: format 1.0, whose header is padded so that the numbers begin at a multiple of 64 bytes. */
function* npy({data, rows, columns}: Embedded): Generator<Uint8Array, void, undefined> {
  const about = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  const padded = about.padEnd(Math.ceil((10 + about.length + 1) / 64) * 64 - 11) + '\n';
  const head = Buffer.from(`\x93NUMPY\x01\x00  ${padded}`, 'latin1');
  head.writeUInt16LE(padded.length, 8);
  yield head;
  yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength); // little-endian, as all machines of Node's are
}

async function writeParquet(path: string, embedded: Embedded): Promise<void> {
  const {parquetWriteBuffer} = await import('hyparquet-writer');
  const {names, classes, rows} = embedded;
  const file = parquetWriteBuffer({
    columnData: [
      {name: 'path', data: [...names]},
      ...(classes ? [{name: 'label', data: [...classes]}] : []),
      {name: 'embedding', data: Array.from({length: rows}, (_, i) => Array.from(row(embedded, i)))},
    ],
    schema: [
      {name: 'root', num_children: classes ? 3 : 2},
      {name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED'},
      ...(classes
        ? [
            {
              name: 'label',
              type: 'BYTE_ARRAY' as const,
              converted_type: 'UTF8' as const,
              repetition_type: 'REQUIRED' as const,
            },
          ]
        : []),
      {name: 'embedding', converted_type: 'LIST', repetition_type: 'REQUIRED', num_children: 1},
      {name: 'list', repetition_type: 'REPEATED', num_children: 1},
      {name: 'element', type: 'FLOAT', repetition_type: 'REQUIRED'},
    ],
  });
  await writePieces(path, [new Uint8Array(file)]);
}

/** Where the paths go: beside a file that has only numbers, under a name that no other features have. */
export const pathsBeside = (path: string): string => (/\.(npy|safetensors)$/i.test(path) ? `${path}.paths.csv` : path);

/** How a file of each ending is written. */
export const writers: Readonly<Record<string, (path: string, embedded: Embedded) => Promise<void>>> = {
  '.parquet': writeParquet,
  '.csv': async (path, embedded) => writePieces(path, csv(embedded, true)),
  '.npy': async (path, embedded) => {
    await writePieces(pathsBeside(path), csv(embedded, false));
    await writePieces(path, npy(embedded));
  },
  '.safetensors': async (path, embedded) => {
    const {data, rows, columns} = embedded;
    await writePieces(pathsBeside(path), csv(embedded, false));
    await rm(path, {force: true});
    await saveSafetensors(path, new Map([['embeddings', {dtype: 'F32', shape: [rows, columns], data}]]));
  },
};
