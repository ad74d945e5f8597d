import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import {golden} from '@contrastive/testing';
import {parquetWriteBuffer, type ColumnSource} from 'hyparquet-writer';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {openImages, type ParquetImages} from '../src/parquet/open-images.js';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'contrastive-parquet-'));
});
afterEach(async () => {
  await rm(directory, {recursive: true});
});

interface Row {
  readonly bytes: string | null;
  readonly path: string | null;
  readonly label: number;
}
const {classNames, rows, withNulls} = golden(import.meta.url, 'parquet') as {classNames: string[]; rows: Row[]; withNulls: Row[]};
const goldenFile = (name: string) => fileURLToPath(new URL(`./golden/parquet/${name}.parquet`, import.meta.url));

const options = {column: 'image', labelColumn: undefined, memory: 2 ** 30};

const located = async (images: ParquetImages, indices = Array.from({length: images.length}, (_, i) => i)) => Promise.all(indices.map(images.locate));

/** What reading a golden file should give. */
const expected = (file: string, of: readonly Row[]) => of.map(({bytes, path}, row) => ({
  path: `${file} row ${row}${path === null ? '' : ` (${path})`}`,
  bytes: new Uint8Array(Buffer.from(bytes ?? '', 'base64')),
}));

test('reads what datasets writes, with the names of its classes', async () => {
  const file = goldenFile('datasets');
  const images = await openImages([file], options);
  expect(images).toMatchObject({length: 7, classNames, labels: Int32Array.from(rows, row => row.label)});
  expect(await located(images)).toEqual(expected(file, rows));
});

test.each(['none', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4'])('reads what pyarrow writes: compression %s, several row groups, rows without images', async codec => {
  const file = goldenFile(codec);
  const images = await openImages([file], options);
  expect(images).toMatchObject({length: 7, labels: Int32Array.from(withNulls, row => row.label)});
  expect(images.classNames).toBeUndefined();
  expect(await located(images)).toEqual(expected(file, withNulls));
  expect(await located(images, [6, 0, 6])).toEqual([6, 0, 6].map(i => expected(file, withNulls)[i]));
});

test('reads a column of plain bytes, and labels of another name and width', async () => {
  const file = goldenFile('plain');
  const images = await openImages([file], {...options, column: 'png', labelColumn: 'class'});
  expect(images.labels).toEqual(Int32Array.from(rows, row => row.label));
  expect(await located(images)).toEqual(expected(file, rows.map(row => ({...row, path: null}))));
  expect((await openImages([file], {...options, column: 'png'})).labels).toBeUndefined();
});
