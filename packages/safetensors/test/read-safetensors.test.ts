import {describe, expect, test} from 'vitest';
import {parseHeader, readSafetensors, type ByteSource} from '../src/index.js';
import {fileOf, fromBase64, numbers, values} from './golden-files.js';

describe('what the reference wrote', () => {
  test.each(values.files)('$name', async ({metadata, tensors, file}) => {
    const bytes = fromBase64(file);
    const open = await readSafetensors(bytes);
    expect({...open.metadata}).toEqual(metadata ?? {});
    expect([...open.tensors.keys()].sort()).toEqual(tensors.map(({name}) => name).sort());
    for (const {name, dtype, shape, bytes: stored} of tensors) {
      const data = fromBase64(stored);
      expect(open.tensors.get(name)).toMatchObject({dtype, shape, byteLength: data.length});
      expect(await open.read(name)).toEqual(numbers(dtype, data));
    }
  });

  test('is in the order of the bytes', async () => {
    const {file} = values.files[values.files.findIndex(({name}) => name.startsWith('every type'))];
    const offsets = [...parseHeader(fromBase64(file)).tensors.values()].map(({byteOffset}) => byteOffset);
    expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
    expect(offsets).toHaveLength(36);
  });
});

describe('as float32', () => {
  test.each(values.widened)('$dtype is rounded once, to the nearest, ties to even', async ({dtype, bytes, float32}) => {
    const data = fromBase64(bytes);
    const n = numbers(dtype, data).length;
    const header = {t: {dtype, shape: [n], data_offsets: [0, data.length]}};
    const found = await (await readSafetensors(fileOf(JSON.stringify(header), data))).readFloat32('t');
    expect(found).toEqual(numbers('F32', fromBase64(float32))); // tells -0 from 0
  });

  test.each(['F16', 'BF16'] as const)('all 65,536 of %s are exact', async dtype => {
    const all = new Uint8Array(Uint16Array.from({length: 2 ** 16}, (_, i) => i).buffer);
    const header = {t: {dtype, shape: [2 ** 16], data_offsets: [0, all.length]}};
    const found = await (await readSafetensors(fileOf(JSON.stringify(header), all))).readFloat32('t');
    const bits = new Uint32Array(found.buffer).map((one, i) => (Number.isNaN(found[i]) ? 0x7fc00000 : one));
    const {some, sum, weighted} = values.exact[dtype];
    expect(some.map(([index]) => [index, bits[index]])).toEqual(some);
    expect(String(bits.reduce((total, one) => total + BigInt(one), 0n))).toBe(sum);
    expect(String(bits.reduce((total, one, i) => total + BigInt(one) * BigInt((i % 1009) + 1), 0n))).toBe(weighted);
  });

  test('types of 8 bits with a fraction are refused by name', async () => {
    const file = values.files.find(({name}) => name === 'F8_E4M3');
    const open = await readSafetensors(fromBase64(file?.file ?? ''));
    await expect(open.readFloat32('t')).rejects.toThrow(
      'readSafetensors: readFloat32: expected a tensor of a type that float32 can hold as name, got ' +
        "'t' of F8_E4M3; take its bytes by read('t').",
    );
    expect(await open.read('t')).toBeInstanceOf(Uint8Array);
  });
});

const small = fileOf(
  '{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"F32","shape":[],"data_offsets":[2,6]}}',
  [1, 2, 0, 0, 128, 63],
);

describe('sources', () => {
  /** A source that notes what is read of it. */
  function watched(bytes: Uint8Array): ByteSource & {reads: [number, number][]} {
    const reads: [number, number][] = [];
    const read = async (begin: number, end: number) => {
      reads.push([begin, end]);
      return bytes.slice(begin, end);
    };
    return {size: bytes.length, read, reads};
  }

  test('no more is read than is asked for', async () => {
    const source = watched(small);
    const open = await readSafetensors(source);
    const data = small.length - 6;
    expect(source.reads).toEqual([
      [0, 8],
      [8, data],
    ]);
    expect(await open.readFloat32('b')).toEqual(Float32Array.of(1));
    expect(source.reads.slice(2)).toEqual([[data + 2, data + 6]]);
  });

  test('a Blob, and bytes that lie anywhere in memory', async () => {
    const within = new Uint8Array(small.length + 3);
    within.set(small, 3);
    for (const source of [new Blob([new Uint8Array(small)]), within.subarray(3)]) {
      const open = await readSafetensors(source);
      expect(await open.read('a')).toEqual(Uint8Array.of(1, 2));
      expect(await open.read('b')).toEqual(Float32Array.of(1));
    }
  });

  test('what is read belongs to the caller', async () => {
    const bytes = small.slice();
    const open = await readSafetensors(bytes);
    (await open.read('a')).fill(9 as never);
    expect(bytes).toEqual(small);
  });

  test('a source that gives views that are not aligned', async () => {
    const shifted = new Uint8Array(small.length + 1);
    shifted.set(small, 1);
    const source = {
      size: small.length,
      read: async (begin: number, end: number) => shifted.subarray(begin + 1, end + 1),
    };
    expect(await (await readSafetensors(source)).read('b')).toEqual(Float32Array.of(1));
  });

  test('a source that gives less than it was asked for', async () => {
    const source = {
      size: small.length,
      read: async (begin: number, end: number) => small.slice(begin, Math.min(end, 115)),
    };
    const open = await readSafetensors(source);
    await expect(open.read('b')).rejects.toThrow(
      /readSafetensors: expected 4 bytes from byte \d+ on, got \d; it is cut/,
    );
  });

  test('a name that the file has not', async () => {
    const open = await readSafetensors(small);
    await expect(open.read('c')).rejects.toThrow(
      "readSafetensors: read: expected a tensor among 'a', 'b' as name, got 'c'.",
    );
    await expect(open.read('toString')).rejects.toThrow(RangeError);
  });
});

describe('the header alone', () => {
  test('needs no more of the file than it takes', () => {
    const {tensors} = parseHeader(small.subarray(0, small.length - 6), small.length);
    expect(tensors.get('b')).toEqual({dtype: 'F32', shape: [], byteOffset: small.length - 4, byteLength: 4});
    expect(() => parseHeader(small.subarray(0, 50), small.length)).toThrow(/up to the header's end as bytes, got 50;/);
  });

  test('has the names that objects have', async () => {
    const info = '{"dtype":"U8","shape":[1],"data_offsets":[0,1]}';
    const open = await readSafetensors(
      fileOf(`{"__metadata__":{"__proto__":"x","constructor":"y"},"__proto__":${info}}`, [7]),
    );
    expect(Object.entries(open.metadata)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(await open.read('__proto__')).toEqual(Uint8Array.of(7));
    expect(({} as Record<string, unknown>).dtype).toBeUndefined();
  });
});

/** The message of what is thrown; the file itself where nothing is. */
function refusal(bytes: Uint8Array): string | ReturnType<typeof parseHeader> {
  try {
    return parseHeader(bytes);
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
}

describe('what is refused', () => {
  test.each(values.refused)('$name, as by the reference', ({file}) => {
    expect(refusal(fromBase64(file))).toMatch(/^parseHeader: expected .+, got .+; .+\.$/);
  });

  const twice = '{"dtype":"U8","shape":[1],"data_offsets":[0,1]}';
  test.each([
    ['a name twice', `{"a":${twice},"b":1,"a":${twice}}`],
    ['a name twice, spelled in two ways', `{"a":${twice},"\\u0061" : ${twice}}`],
    ['metadata twice', '{"__metadata__":{},"__metadata__":{"a":"b"}}'],
    ['a text of metadata twice', '{"__metadata__":{"a":"b","a":"c"}}'],
  ])('%s', (_name, header) => {
    expect(refusal(fileOf(header, [1]))).toMatch(/^parseHeader: expected a JSON object .* got the name ".*" twice/);
  });

  test('names as values, and those of other objects, are not twice', () => {
    const other = twice.replaceAll('1]', '2]').replace('[0', '[1').replace('shape":[2]', 'shape":[1]');
    const found = refusal(fileOf(`{"__metadata__":{"a":"a","b":"a\\":"},"a":${twice},"b":${other}}`, [1, 2]));
    expect(found).toMatchObject({metadata: {a: 'a', b: 'a":'}});
  });

  test('by saying which tensor, what came and what to do', () => {
    const info = (begin: number) => `{"dtype":"U8","shape":[2],"data_offsets":[${begin},${begin + 2}]}`;
    const overlap = `{"a":${info(0)},"b":${info(1)}}`;
    expect(refusal(fileOf(overlap, [1, 2, 3]))).toBe(
      "parseHeader: expected tensor 'b' from byte 2 of the data on, got byte 1, that overlaps the one before; it " +
        'does not keep to the format: save it again with the safetensors library.',
    );
    expect(refusal(small.subarray(0, small.length - 1))).toMatch(/got \d+; it is cut off or damaged: download/);
  });

  test('every end that comes too early', () => {
    for (let end = 0; end < small.length; end++)
      expect(refusal(small.subarray(0, end))).toMatch(/^parseHeader: expected .+, got .+; .+\.$/);
  });

  test('any bit that is wrong makes another file or an error that says so', async () => {
    let others = 0;
    for (let bit = 0; bit < 8 * (small.length - 6); bit++) {
      const bytes = small.slice();
      bytes[bit >> 3] ^= 1 << (bit & 7);
      const found = refusal(bytes);
      if (typeof found === 'string') {
        expect(found).toMatch(/^parseHeader: expected .+, got .+; .+\.$/s);
        continue;
      }
      others++;
      const open = await readSafetensors(bytes);
      for (const [name, {byteLength}] of open.tensors) expect((await open.read(name)).byteLength).toBe(byteLength);
    }
    expect(others).toBeGreaterThan(0); // as where a name is another
    expect(others).toBeLessThan(100);
  });
});
