import type {ByteSource} from '@contrastive/safetensors';
import {readTorch} from '@contrastive/weights';
import {describe, expect, test} from 'vitest';
import {base64, fileOf, unpack, values} from './torch-golden.js';

/** Every message says where, what was expected, what came and what to do. */
const FORM = /^readTorch(: read)?: expected .+, got .+; .+\.$/s;

/** What comes of reading all tensors of a file: the bytes of each by name, or the message of the error. */
async function outcome(source: Parameters<typeof readTorch>[0]): Promise<Record<string, string> | string> {
  try {
    const file = await readTorch(source);
    const all: Record<string, string> = {};
    for (const name of file.tensors.keys()) all[name] = base64(await file.read(name));
    return all;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.constructor !== Error) throw error; // nothing from inside
    return error.message;
  }
}

describe('what torch wrote', () => {
  test.each(values.files)('$name', async ({file, tensors}) => {
    const open = await readTorch(unpack(file));
    expect([...open.tensors].map(([name, {dtype, shape}]) => ({name, dtype, shape}))).toEqual(
      tensors.map(({name, dtype, shape}) => ({name, dtype, shape})),
    );
    for (const {name, bytes} of tensors) expect(base64(await open.read(name)), name).toBe(bytes);
  });

  test('as float32: exact from halves, rounded from doubles, counts as numbers', async () => {
    const open = await readTorch(fileOf('every type and layout'));
    const float = await open.readFloat32('F32');
    const double = await open.readFloat32('F64');
    expect(double).toEqual(float); // both are one float64, rounded
    expect(await open.readFloat32('long, transposed')).toEqual(Float32Array.of(0, 3, 1, 4, 2, 5));
    const [half, brain] = [await open.readFloat32('F16'), await open.readFloat32('BF16')];
    expect(half).toBeAllclose(float, {rtol: 2 ** -11, atol: 0});
    expect(brain).toBeAllclose(float, {rtol: 2 ** -8, atol: 0});
    await expect(open.readFloat32('F8_E4M3')).rejects.toThrow(
      "expected a tensor of a type that float32 can hold as name, got 'F8_E4M3' of F8_E4M3; take its bytes by",
    );
  });

  test('a name that the file has not', async () => {
    const open = await readTorch(fileOf('64 bits for places'));
    await expect(open.read('c')).rejects.toThrow("readTorch: read: expected a tensor among 'w', 'b' as name, got 'c'.");
  });

  test('a storage that several tensors share is read once; only what is asked for is', async () => {
    const bytes = fileOf('every type and layout');
    const reads: [number, number][] = [];
    const source: ByteSource = {
      size: bytes.length,
      read: async (begin, end) => {
        reads.push([begin, end]);
        return bytes.slice(begin, end);
      },
    };
    const open = await readTorch(source);
    const before = reads.length;
    const size = 4 * 6 * 4;
    const whole = () => reads.slice(before).filter(([begin, end]) => end - begin === size).length;
    const shared = ['whole', 'same', 'transposed', 'part', 'column'];
    for (const name of shared) await open.read(name);
    expect(whole()).toBe(1);
    for (const name of shared) await open.read(name); // nothing is kept when each was read
    expect(whole()).toBeGreaterThan(1);
  });

  test('float32 lies in memory that is given, where that is long enough', async () => {
    const bytes = fileOf('every type and layout');
    const plain = await readTorch(bytes);
    const source: ByteSource = {
      size: bytes.length,
      read: async (begin, end, memory) => {
        const length = end - begin;
        const found =
          memory && memory.byteLength >= length ? new Uint8Array(memory, 0, length) : new Uint8Array(length);
        found.set(bytes.subarray(begin, end));
        return found;
      },
    };
    for (const size of [4, 1000]) {
      const open = await readTorch(source);
      const memory = new ArrayBuffer(size);
      const inMemory = new Set<string>();
      for (const [name, {dtype}] of open.tensors) {
        if (dtype.startsWith('F8_')) continue;
        const found = await open.readFloat32(name, memory);
        expect(found, name).toEqual(await plain.readFloat32(name));
        if (found.buffer === memory) inMemory.add(name);
      }
      // One that has a storage of its own, and some that share one.
      for (const name of ['F32', 'whole', 'transposed', 'part', 'column'])
        expect(inMemory.has(name), `${name} in ${size} bytes`).toBe(size === 1000);
    }
  });

  test('a Blob, and bytes that lie anywhere in memory', async () => {
    const bytes = fileOf('a state dict, protocol 2');
    const within = new Uint8Array(bytes.length + 3);
    within.set(bytes, 3);
    const expected = await outcome(bytes);
    expect(await outcome(new Blob([new Uint8Array(bytes)]))).toEqual(expected);
    expect(await outcome(within.subarray(3))).toEqual(expected);
  });

  test('what is read belongs to the caller', async () => {
    const bytes = fileOf('64 bits for places');
    const open = await readTorch(bytes);
    const before = bytes.slice();
    (await open.read('w')).fill(9 as never);
    expect(bytes).toEqual(before);
  });
});

describe('what is refused', () => {
  test.each(values.refused)('$name', async ({file, says, runs}) => {
    const message = await outcome(unpack(file));
    expect(message).toMatch(FORM);
    expect(message).toContain(says);
    if (runs && !says.startsWith('0x')) expect(message).toContain('nothing was run');
  });

  test('by saying what to do', async () => {
    const {file} = values.refused[0];
    expect(await outcome(unpack(file))).toBe(
      "readTorch: expected nothing but tensors and plain values in the pickle, got 'posix.system'; nothing was run: " +
        'save model.state_dict() alone by torch.save, and trust no file that will not.',
    );
  });
});

/** Copies of a file with one bit wrong: two bits of each byte. */
function* wrongBits(bytes: Uint8Array): Generator<[bit: number, wrong: Uint8Array]> {
  for (let at = 0; at < bytes.length; at++)
    for (const bit of [at % 8, (at + 5) % 8]) {
      const wrong = bytes.slice();
      wrong[at] ^= 1 << bit;
      yield [8 * at + bit, wrong];
    }
}

describe('a file that is damaged', () => {
  const zip = fileOf('64 bits for places');
  const plain = fileOf('a state dict, protocol 2');
  const old = fileOf('a state dict, old form, protocol 2');

  test.each([
    ['64 bits', zip],
    ['zip', plain],
    ['old form', old],
  ])('%s, cut off anywhere, is an error', async (_name, bytes) => {
    for (let end = 0; end < bytes.length; end++) expect(await outcome(bytes.subarray(0, end)), `${end}`).toMatch(FORM);
  });

  test.each([
    ['64 bits', zip],
    ['zip', plain],
  ])('%s, with any bit wrong, is an error, or its tensors are right', async (_name, bytes) => {
    const right = await outcome(bytes);
    let errors = 0;
    for (const [bit, wrong] of wrongBits(bytes)) {
      const found = await outcome(wrong);
      if (typeof found === 'string') {
        errors++;
        expect(found, `bit ${bit}`).toMatch(FORM);
      } else expect(found, `bit ${bit}`).toEqual(right);
    }
    expect(errors).toBeGreaterThan(bytes.length / 4); // more than an eighth of these bits matter
  });

  test('old form, with any bit wrong in the pickles, is an error or tensors of the right size', async () => {
    let errors = 0;
    for (const [bit, wrong] of wrongBits(old)) {
      const found = await outcome(wrong);
      if (typeof found !== 'string') continue;
      errors++;
      expect(found, `bit ${bit}`).toMatch(FORM);
    }
    expect(errors).toBeGreaterThan(old.length / 4);
  });

  test('a storage that changed after it was opened is told by its checksum', async () => {
    const bytes = plain.slice();
    const open = await readTorch(bytes);
    const [first] = open.tensors.keys();
    const at = Buffer.from(bytes).indexOf(
      Buffer.from(await open.read(first).then(data => new Uint8Array(data.buffer))),
    );
    bytes[at] ^= 1;
    await expect(open.read(first)).rejects.toThrow(
      /as the checksum of '.*\/data\/0', got \d+; it is cut off or damaged/,
    );
  });
});
