import {mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {replaceDirectory, writeDurably} from '../src/replace-directory.js';

let root: string;
let target: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'contrastive-replace-'));
  target = join(root, 'model');
});

afterEach(async () => {
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

  test('the old directory holds no file of the new', async () => {
    await mkdir(target);
    await writeFile(join(target, 'old'), '');
    await replaceDirectory(target, temporary => writeDurably(join(temporary, 'new'), ''));
    expect(await readdir(target)).toEqual(['new']);
  });
});
