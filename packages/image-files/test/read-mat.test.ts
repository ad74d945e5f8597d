import {readFile} from 'node:fs/promises';
import {deflateSync} from 'node:zlib';
import {describe, expect, test} from 'vitest';
import {readMat, type MatValue} from '../src/benchmarks/read-mat.js';
import golden from './golden/mat.json' with {type: 'json'};

const bytesOf = async (name: string): Promise<Uint8Array> => readFile(new URL(`./golden/mat/${name}`, import.meta.url));
const values = (value: MatValue | undefined): unknown => {
  if (value?.kind === 'numbers') return [...value.values];
  if (value?.kind === 'text') return value.text;
  if (value?.kind === 'cells') return value.cells.map(values);
  return value?.items.map(item => Object.fromEntries([...item].map(([name, one]) => [name, values(one)])));
};

describe.each(['various.mat', 'various-plain.mat'])('%s of scipy', file => {
  test.each(Object.entries(golden.numbers))('numbers of %s, column by column', async (name, expected) => {
    const {[name]: value} = readMat(file, await bytesOf(file), [name]);
    expect(value).toMatchObject({kind: 'numbers', dims: [2, 3]});
    expect(values(value)).toEqual(expected);
  });

  test('text, structs and cells in each other, and what is empty', async () => {
    const found = readMat(file, await bytesOf(file), ['struct', 'word', 'empty', 'flags']);
    expect(found.word).toEqual({kind: 'text', dims: [1, 4], text: 'text'});
    expect(values(found.empty)).toBe('');
    expect(values(found.flags)).toEqual([1, 0]);
    expect(values(found.struct)).toEqual([{inner: [{deep: ['x', [1.5, 2.5]], word: 'yes'}], none: []}]);
  });
});

test('structs and text as the development kit of Cars has them', async () => {
  const {annotations} = readMat('cars', await bytesOf('cars_train_annos.mat'), ['annotations']);
  expect(annotations).toMatchObject({kind: 'structs', dims: [1, golden.carsTrain.length]});
  expect(values(annotations)).toEqual(
    golden.carsTrain.map((label, i) => ({
      bbox_x1: [30 + i],
      bbox_y1: [50],
      bbox_x2: [300 + i],
      bbox_y2: [500],
      class: [label],
      fname: `${String(i + 1).padStart(5, '0')}.jpg`,
    })),
  );
  const {class_names: names} = readMat('cars', await bytesOf('cars_meta.mat'), ['class_names']);
  expect(values(names)).toEqual(golden.cars);
});

test('tells what it does not read', async () => {
  const refused = await bytesOf('refused.mat');
  expect(values(readMat('f.mat', refused, ['good']).good)).toEqual([1]); // whatever stands beside it
  for (const [name, what] of [
    ['sparse', 'a sparse matrix'],
    ['complex', 'complex numbers'],
    ['long', 'integers of 64 bits'],
    ['rows', 'text of 2 x 2'],
  ]) {
    expect(() => readMat('f.mat', refused, [name])).toThrow(
      `f.mat: expected numbers, text, cells or structs in ${name}, got ${what}; save it as one of these.`,
    );
  }
  expect(() => readMat('f.mat', refused, ['labels'])).toThrow(
    'f.mat: expected the variable labels, got sparse, complex, long, rows, good; give the right file.',
  );
  const other = await bytesOf('version-4.mat');
  expect(() => readMat('f.mat', other, ['labels'])).toThrow(/expected a MAT file of version 5, .* got \d+ bytes; save/);
  const hdf5 = new Uint8Array(600);
  hdf5.set(Buffer.from('MATLAB 7.3 MAT-file, Platform: GLNXA64'));
  expect(() => readMat('f.mat', hdf5, ['labels'])).toThrow(/got version 7\.3; save it by MATLAB's save -v7/);
  const swapped = Uint8Array.from(await bytesOf('setid.mat'));
  swapped.set(Buffer.from('MI'), 126);
  expect(() => readMat('f.mat', swapped, ['valid'])).toThrow(/got a big-endian one/);
  swapped.set(Buffer.from('PK'), 126);
  expect(() => readMat('f.mat', swapped, ['valid'])).toThrow(/got another file/);
});

test('a file that is cut off anywhere, or has other bytes, is an error and nothing else', async () => {
  for (const name of ['various.mat', 'various-plain.mat', 'cars_test_annos_withlabels.mat']) {
    const whole = await bytesOf(name);
    const wanted = [name.startsWith('cars') ? 'annotations' : 'struct'];
    for (let length = 0; length < whole.length; length += 23)
      expect(() => readMat('f.mat', whole.subarray(0, length), wanted), `${name} of ${length} bytes`).toThrow(
        /^f\.mat: expected /,
      );
    for (let at = 128; at < whole.length; at += 3) {
      const changed = Uint8Array.from(whole);
      changed[at] ^= 0xff;
      try {
        readMat('f.mat', changed, wanted); // some bytes are only values
      } catch (error) {
        expect((error as Error).message, `${name} with another byte ${at}`).toMatch(/^f\.mat: expected .* got /);
      }
    }
  }
});

test('asks for no more memory than the file has, and goes no deeper than it says', async () => {
  const whole = Uint8Array.from(await bytesOf('cars_test_annos_withlabels.mat'));
  const header = whole.subarray(0, 128);
  const element = (type: number, data: Uint8Array): Buffer => {
    const tag = Buffer.alloc(8);
    tag.writeUInt32LE(type);
    tag.writeUInt32LE(data.length, 4);
    return Buffer.concat([tag, data, Buffer.alloc((8 - (data.length % 8)) % 8)]);
  };
  const words = (...numbers: number[]) => new Uint8Array(Uint32Array.from(numbers).buffer);
  const cell = (name: string, rows: number, inside: Uint8Array) =>
    element(
      14,
      Buffer.concat([element(6, words(1, 0)), element(5, words(rows, 1)), element(1, Buffer.from(name)), inside]),
    );
  const many = Buffer.concat([header, cell('labels', 2 ** 30, new Uint8Array())]);
  expect(() => readMat('f.mat', many, ['labels'])).toThrow(/expected 1073741824 arrays in labels, got 0 bytes/);
  let deep: Uint8Array = new Uint8Array();
  for (let depth = 0; depth < 40; depth++) deep = cell(depth === 39 ? 'labels' : '', depth === 0 ? 0 : 1, deep);
  expect(() => readMat('f.mat', Buffer.concat([header, deep]), ['labels'])).toThrow(/at most 16 arrays in each other/);
  const bomb = deflateSync(new Uint8Array(2 ** 25 + 1));
  const tag = Buffer.alloc(8);
  tag.writeUInt32LE(15);
  tag.writeUInt32LE(bomb.length, 4);
  expect(() => readMat('f.mat', Buffer.concat([header, tag, bomb]), ['labels'])).toThrow(
    /expected a compressed variable/,
  );
});
