import promises, {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {syncBuiltinESMExports} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import type {TensorToWrite} from '../src/index.js';
import {openSafetensors, saveSafetensors} from '../src/node.js';
import {fromBase64, toWrite, values} from './golden-files.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'safetensors-'));
});
afterEach(() => rm(directory, {recursive: true}));

const at = (name: string): string => join(directory, name);

const ones = (length: number): TensorToWrite => ({
  dtype: 'U8',
  shape: [length],
  data: new Uint8Array(length).fill(length),
});

const named = (sizes: readonly number[]): Record<string, TensorToWrite> =>
  Object.fromEntries(sizes.map((size, i) => [`t${i}`, ones(size)]));

/** How many files were opened and not closed. */
let open = 0;
const real = promises.open;
beforeAll(() => {
  promises.open = async (...args) => {
    const file = await real(...args);
    const close = file.close.bind(file);
    open++;
    file.close = async () => {
      await close();
      open--;
    };
    return file;
  };
  syncBuiltinESMExports();
});
afterAll(() => {
  promises.open = real;
  syncBuiltinESMExports();
});

describe('one file', () => {
  test('is what the reference writes, and reads again', async () => {
    const golden = values.files[values.files.findIndex(({name}) => name.startsWith('every type'))];
    const path = at('deep/model.safetensors');
    await saveSafetensors(path, toWrite(golden));
    expect(new Uint8Array(await readFile(path))).toEqual(fromBase64(golden.file));
    const file = await openSafetensors(path);
    expect(await file.readFloat32('a.BF16')).toEqual(await file.readFloat32('b.BF16'));
    expect(await readdir(at('deep'))).toEqual(['model.safetensors']);
    expect(open).toBe(1);
    await file.close();
    expect(open).toBe(0);
  });

  test('stays as it was when the new one fails half-way', async () => {
    const path = at('model.safetensors');
    await saveSafetensors(path, named([3]));
    const before = await readFile(path);
    const broken: TensorToWrite = {dtype: 'U8', shape: [9], data: () => Promise.reject(new Error('gone'))};
    await expect(saveSafetensors(path, {a: ones(5), b: broken})).rejects.toThrow('gone');
    expect(await readFile(path)).toEqual(before);
    expect(await readdir(directory)).toEqual(['model.safetensors']);
    expect(open).toBe(0);
  });

  test('that is bad is named, and nothing stays open', async () => {
    const path = at('model.safetensors');
    await saveSafetensors(path, named([3]));
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, bytes.length - 1));
    await expect(openSafetensors(path)).rejects.toThrow(`openSafetensors: ${path}: expected `);
    await expect(openSafetensors(path)).rejects.toThrow(/it is cut off or damaged: download or save it again\.$/);
    await expect(openSafetensors(at('none'))).rejects.toThrow(/expected a file that can be read as path, got ENOENT/);
    await expect(openSafetensors(directory)).rejects.toThrow(/expected a file that can be read as path, got EISDIR/);
    expect(open).toBe(0);
  });

  test('cannot be written where a file is in the way', async () => {
    await writeFile(at('file'), '');
    await expect(saveSafetensors(at('file/model.safetensors'), named([1]))).rejects.toThrow(
      /^saveSafetensors: expected to write .*, got .*; check the path, its permissions and the space on the disk\.$/,
    );
  });
});

describe('several files', () => {
  test.each(values.shards)('of $limit bytes, as huggingface_hub splits $sizes', async ({limit, sizes, files}) => {
    await saveSafetensors(at('model.safetensors'), named(sizes), {shardBytes: limit, metadata: {format: 'pt'}});
    const several = Object.keys(files).length > 1;
    const index = 'model.safetensors.index.json';
    expect((await readdir(directory)).sort()).toEqual([...Object.keys(files), ...(several ? [index] : [])].sort());
    for (const [file, names] of Object.entries(files)) {
      const shard = await openSafetensors(at(file));
      expect([...shard.tensors.keys()].sort()).toEqual(names.toSorted());
      await shard.close();
    }
    const model = await openSafetensors(at(several ? index : 'model.safetensors'));
    expect({...model.metadata}).toEqual({format: 'pt'});
    for (const [i, size] of sizes.entries()) expect(await model.read(`t${i}`)).toEqual(new Uint8Array(size).fill(size));
    await expect(model.read('t99')).rejects.toThrow(/read: expected a tensor among 't0'.* as name, got 't99'\.$/);
    await model.close();
    expect(open).toBe(0);
  });

  test('the index is as the transformers library writes it', async () => {
    await saveSafetensors(at('model.safetensors'), {b: ones(2), a: ones(1)}, {shardBytes: 2});
    expect(await readFile(at('model.safetensors.index.json'), 'utf8')).toBe(`{
  "metadata": {
    "total_size": 3
  },
  "weight_map": {
    "a": "model-00002-of-00002.safetensors",
    "b": "model-00001-of-00002.safetensors"
  }
}
`);
  });

  test('those of an earlier save go, and others stay', async () => {
    const path = at('model.safetensors');
    await writeFile(at('model-notes.safetensors'), '');
    await saveSafetensors(path, named([3, 3, 3]), {shardBytes: 3});
    await saveSafetensors(path, named([2, 2]), {shardBytes: 3});
    expect((await readdir(directory)).sort()).toEqual([
      'model-00001-of-00002.safetensors',
      'model-00002-of-00002.safetensors',
      'model-notes.safetensors',
      'model.safetensors.index.json',
    ]);
    await saveSafetensors(path, named([2]), {shardBytes: 3});
    expect((await readdir(directory)).sort()).toEqual(['model-notes.safetensors', 'model.safetensors']);
  });

  const index = (map: unknown): Promise<void> =>
    writeFile(at('model.safetensors.index.json'), JSON.stringify({metadata: {total_size: 1}, weight_map: map}));

  test.each(['../secret.safetensors', '/etc/passwd', 'a/b.safetensors', '..\\secret', '..', '', 'C:secret', 3])(
    'an index that leads to %j is refused',
    async file => {
      await index({a: file});
      await expect(openSafetensors(at('model.safetensors.index.json'))).rejects.toThrow(
        /: expected the name of a file beside the index as weight_map of 'a', got .*; put the files beside the index/,
      );
    },
  );

  test('an index that is none, or names what is not there', async () => {
    const path = at('model.safetensors.index.json');
    await saveSafetensors(at('one.safetensors'), named([1]));
    await index({t0: 'one.safetensors', t1: 'one.safetensors'});
    await expect(openSafetensors(path)).rejects.toThrow(
      "expected tensor 't1' in one.safetensors, got none of that name;",
    );
    await index({t0: 'one.safetensors', t1: 'two.safetensors'});
    await expect(openSafetensors(path)).rejects.toThrow(/two\.safetensors: expected a file that can be read as path/);
    await index([]);
    await expect(openSafetensors(path)).rejects.toThrow('expected an object of files as weight_map, got []');
    await writeFile(path, '{"weight_map": {"a": "x", "a": "y"}}');
    await expect(openSafetensors(path)).rejects.toThrow('got the name "a" twice in one object');
    expect(open).toBe(0);
  });

  test('need a name to make theirs of', async () => {
    await expect(saveSafetensors(at('model.bin'), named([1]), {shardBytes: 3})).rejects.toThrow(
      /^saveSafetensors: expected a path that ends in \.safetensors, with shardBytes, as path, got '/,
    );
  });
});
