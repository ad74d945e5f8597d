import promises, {mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {syncBuiltinESMExports} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {replaceDirectory} from '../src/node/replace-directory.js';
import {writeDurably} from '../src/node/write-durably.js';

let root: string;
let target: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'contrastive-replace-'));
  target = join(root, 'model');
});

afterEach(async () => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
  await rm(root, {recursive: true});
});

describe('replaceDirectory', () => {
  test('shows nothing before all is written', async () => {
    await replaceDirectory(target, async temporary => {
      await writeDurably(join(temporary, 'one'), '1');
      await expect(readdir(target)).rejects.toThrow(/ENOENT/);
      await writeDurably(join(temporary, 'two'), Uint8Array.of(2));
    });
    expect((await readdir(target)).toSorted()).toEqual(['one', 'two']);
    expect(await readdir(root)).toEqual(['model']);
  });

  test('a failure half-way leaves the old directory, and nothing else', async () => {
    await mkdir(target);
    await writeFile(join(target, 'old'), 'still here');
    const half = replaceDirectory(target, async temporary => {
      await writeDurably(join(temporary, 'one'), '1');
      throw new Error('disk full');
    });
    await expect(half).rejects.toThrow('disk full');
    expect(await readFile(join(target, 'old'), 'utf8')).toBe('still here');
    expect(await readdir(root)).toEqual(['model']);
  });

  test('a failure at the last step brings the old directory back', async () => {
    await mkdir(target);
    await writeFile(join(target, 'old'), 'still here');
    // The temporary directory is gone when it should take the name.
    await expect(replaceDirectory(target, temporary => rm(temporary, {recursive: true}))).rejects.toThrow(/ENOENT/);
    expect(await readdir(target)).toEqual(['old']);
    expect(await readdir(root)).toEqual(['model']);
  });

  /** Lets a function of the file system fail where `when` says so. */
  function failing(name: 'rename' | 'open', code: string, when: (path: string) => boolean): void {
    const original = promises[name] as (...args: unknown[]) => Promise<unknown>;
    vi.spyOn(promises, name).mockImplementation((async (...args: unknown[]) => {
      if (when(args[0] as string)) throw Object.assign(new Error(`${code}: told to fail`), {code});
      return original(...args);
    }) as never);
    syncBuiltinESMExports();
  }

  test('a directory that cannot be moved, such as a mount point, stays, and nothing is left beside it', async () => {
    await mkdir(target);
    failing('rename', 'EBUSY', path => path === target);
    await expect(replaceDirectory(target, temporary => writeDurably(join(temporary, 'new'), ''))).rejects.toThrow(
      'EBUSY',
    );
    expect(await readdir(target)).toEqual([]);
    expect(await readdir(root)).toEqual(['model']);
  });

  test.skipIf(process.platform === 'win32')(
    'a disk that fails to keep the new name gets the old directory back',
    async () => {
      await mkdir(target);
      await writeFile(join(target, 'old'), '');
      failing('open', 'EIO', path => path === root);
      await expect(replaceDirectory(target, temporary => writeDurably(join(temporary, 'new'), ''))).rejects.toThrow(
        'EIO',
      );
      expect(await readdir(target)).toEqual(['old']);
      expect(await readdir(root)).toEqual(['model']);
    },
  );

  test.each(['EINVAL', 'ENOTSUP', 'EPERM', 'EACCES'])(
    'a system that cannot sync directories (%s) is no failure',
    async code => {
      failing('open', code, path => path === root);
      await replaceDirectory(target, temporary => writeDurably(join(temporary, 'new'), ''));
      expect(await readdir(target)).toEqual(['new']);
      expect(await readdir(root)).toEqual(['model']);
    },
  );

  test('the old directory holds no file of the new', async () => {
    await mkdir(target);
    await writeFile(join(target, 'old'), '');
    await replaceDirectory(target, temporary => writeDurably(join(temporary, 'new'), ''));
    expect(await readdir(target)).toEqual(['new']);
  });
});
