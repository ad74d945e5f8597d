import {appendFileSync, existsSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test, vi} from 'vitest';
import {isComplete, requireCache, requireSpace, writeEntry} from '../src/set-up/cache.js';
import {cacheDirectory} from '@contrastive/internal/node';
import {findTensorflow} from '../src/set-up/tensorflow-layout.js';
import {fakeMachine} from './setup-fakes.js';

describe('a directory of the cache', () => {
  test('is complete once written, and no longer when a file changed', async () => {
    const directory = join(fakeMachine().directory, 'entry');
    await writeEntry(directory, temporary => {
      expect(existsSync(directory)).toBe(false);
      writeFileSync(join(temporary, 'a'), 'abc');
      return Promise.resolve(['a']);
    });
    expect(isComplete(directory)).toBe(true);
    appendFileSync(join(directory, 'a'), 'd');
    expect(isComplete(directory)).toBe(false);
  });

  test('is not there when writing it failed', async () => {
    const machine = fakeMachine();
    mkdirSync(machine.cache);
    const directory = join(machine.cache, 'entry');
    const full = Object.assign(new Error('write failed'), {code: 'ENOSPC'});
    await expect(writeEntry(directory, () => Promise.reject(full))).rejects.toThrow(
      /disk .* is full.*CONTRASTIVE_CACHE/,
    );
    await expect(writeEntry(directory, () => Promise.resolve(['missing']))).rejects.toThrow(/ENOENT/);
    expect(readdirSync(machine.cache)).toEqual([]);
  });

  test("lies where CONTRASTIVE_CACHE says, else among the user's caches", () => {
    fakeMachine();
    vi.stubEnv('CONTRASTIVE_CACHE', '/somewhere');
    expect(cacheDirectory()).toBe('/somewhere');
    vi.stubEnv('CONTRASTIVE_CACHE', '');
    vi.stubEnv('XDG_CACHE_HOME', '/caches');
    if (process.platform !== 'win32') {
      expect(cacheDirectory()).toBe('/caches/contrastive');
    }
  });

  test('has to be a place that can be written to', () => {
    const machine = fakeMachine();
    expect(() => {
      requireCache(join(machine.file('a file'), 'cache'));
    }).toThrow(/cannot be written: ENOTDIR.*CONTRASTIVE_CACHE/);
  });

  test('needs room', async () => {
    await expect(requireSpace(fakeMachine().directory, 1e18)).rejects.toThrow(/needs 1000000000.0 GB .* left/);
  });
});

describe('findTensorflow', () => {
  const header = 'include/tensorflow/c/c_api.h';

  test('knows an unpacked archive and a Python environment, with its CUDA libraries', () => {
    const machine = fakeMachine();
    for (const path of [`c/${header}`, 'c/lib/libtensorflow.so.2', 'c/lib/libtensorflow_framework.so.2']) {
      machine.file(path);
    }
    for (const path of [header, 'libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']) {
      machine.file(`site/tensorflow/${path}`);
    }
    machine.file('site/nvidia/cudnn/lib/libcudnn.so.9');
    const at = (path: string): string => join(machine.directory, path);
    expect(findTensorflow(at('c'))).toMatchObject({libraryDirectory: at('c/lib'), cudaDirectories: []});
    const expected = {
      libraryDirectory: at('site/tensorflow'),
      include: at('site/tensorflow/include'),
      cudaDirectories: [at('site/nvidia/cudnn/lib')],
    };
    expect(findTensorflow(at('site'))).toMatchObject(expected);
    expect(findTensorflow(at('site/tensorflow'))).toMatchObject(expected);
  });

  test('knows nothing in a directory without headers', () => {
    const machine = fakeMachine();
    machine.file('c/lib/libtensorflow.so.2');
    machine.file('c/lib/libtensorflow_framework.so.2');
    expect(findTensorflow(join(machine.directory, 'c'))).toBeUndefined();
  });
});
