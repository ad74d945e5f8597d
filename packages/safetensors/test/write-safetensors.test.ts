import {describe, expect, test} from 'vitest';
import {readSafetensors, writeSafetensors, type TensorsToWrite, type TensorToWrite} from '../src/index.js';
import {fromBase64, joined, toWrite, values} from './golden-files.js';

describe('byte for byte as the reference', () => {
  test.each(values.files)('$name', async file => {
    const tensors = toWrite(file);
    const written = await joined(writeSafetensors(tensors, {metadata: file.metadata ?? undefined}));
    expect(Buffer.from(written).toString('base64')).toBe(file.file);
  });

  test('whatever order tensors are given in', async () => {
    const file = values.files[values.files.findIndex(({name}) => name.startsWith('every type'))];
    const reversed = new Map([...(toWrite(file) as ReadonlyMap<string, TensorToWrite>)].reverse());
    expect(await joined(writeSafetensors(reversed))).toEqual(fromBase64(file.file));
  });
});

test('metadata without tensors, and several texts in the order given', async () => {
  const metadata = {z: '1', a: '2'};
  const open = await readSafetensors(await joined(writeSafetensors({}, {metadata})));
  expect(Object.entries(open.metadata)).toEqual(Object.entries(metadata));
});

test('numbers that come when their turn comes, one tensor at a time', async () => {
  const asked: string[] = [];
  const lazy = (name: string, data: Float32Array): TensorToWrite => ({
    dtype: 'F32',
    shape: [data.length],
    data: async () => {
      asked.push(name);
      return data;
    },
  });
  const chunks = writeSafetensors({b: lazy('b', Float32Array.of(1, 2)), a: lazy('a', Float32Array.of(3))});
  expect((await chunks.next()).value?.length).toBeGreaterThan(100);
  expect(asked).toEqual([]);
  await chunks.next();
  expect(asked).toEqual(['a']);
  const rest = await chunks.next();
  expect(rest.value).toEqual(new Uint8Array(Float32Array.of(1, 2).buffer));
  expect((await chunks.next()).done).toBe(true);
});

test('a part of an array, and shared memory', async () => {
  const shared = new Float32Array(new SharedArrayBuffer(8));
  shared.set([5, 6]);
  const data = Float32Array.of(1, 2, 3).subarray(1);
  const chunks = writeSafetensors({a: {dtype: 'F32', shape: [2], data}, b: {dtype: 'F32', shape: [2], data: shared}});
  const open = await readSafetensors(await joined(chunks));
  expect(await open.read('a')).toEqual(data);
  expect(await open.read('b')).toEqual(Float32Array.of(5, 6));
});

const good: TensorToWrite = {dtype: 'F32', shape: [1], data: Float32Array.of(1)};

test.each<[string, TensorsToWrite, string]>([
  [
    'an array of another class',
    {w: {...good, data: Float64Array.of(1)}},
    'a Float32Array for F32 as tensors.w.data, got a Float64Array',
  ],
  [
    'other numbers than bits',
    {w: {...good, dtype: 'BF16'}},
    'a Uint16Array for BF16 as tensors.w.data, got a Float32Array; give the bits',
  ],
  ['another number of numbers', {w: {...good, shape: [3]}}, '3 numbers for [3] as tensors.w.data, got 1; make shape'],
  [
    'a shape with a fraction',
    {w: {...good, shape: [0.5]}},
    'a list of whole numbers from 0 on as tensors.w.shape, got [0.5]',
  ],
  ['a negative size', {w: {...good, shape: [-1]}}, 'a list of whole numbers from 0 on as tensors.w.shape, got [-1]'],
  ['an unknown type', {w: {...good, dtype: 'F99' as 'F32'}}, "BOOL as tensors.w.dtype, got 'F99'"],
  ['the name of the metadata', {__metadata__: good}, "texts but __metadata__ as names of tensors, got '__metadata__'"],
  ['half a pair of code units', {'\ud83d': good}, 'texts but __metadata__ as names of tensors'],
])('refuses %s', (_name, tensors, message) => {
  expect(() => writeSafetensors(tensors)).toThrow(`writeSafetensors: expected `);
  expect(() => writeSafetensors(tensors)).toThrow(message);
});

test('refuses metadata that is not text', () => {
  expect(() => writeSafetensors({}, {metadata: {epochs: 3} as never})).toThrow(
    'writeSafetensors: expected an object of texts as metadata, got {"epochs":3}; write numbers as text.',
  );
});

test('says when numbers that come late do not fit', async () => {
  const late = writeSafetensors({w: {...good, data: () => Float32Array.of(1, 2)}});
  await expect(joined(late)).rejects.toThrow('writeSafetensors: expected 1 numbers for [1] as tensors.w.data, got 2;');
});
