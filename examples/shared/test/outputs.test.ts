import {existsSync} from 'node:fs';
import {mkdir, mkdtemp, readdir, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {loadEncoder} from '@contrastive/weights/node';
import * as tfl from '@tensorflow/tfjs-layers';
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {alone, save} from '../src/index.js';

let parent = '';
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'outputs-'));
});
afterEach(async () => {
  await rm(parent, {recursive: true});
});

describe('alone', () => {
  test('a second run in a folder is refused at once, and one after the first is not', async () => {
    const folder = join(parent, 'runs', 'one');
    const told: unknown[] = [];
    await alone('first', folder, async () => {
      await alone('second', folder, () => Promise.resolve(told.push('ran'))).catch((error: unknown) =>
        told.push(error),
      );
      await alone('third', join(parent, 'runs', 'two'), () => Promise.resolve(told.push('elsewhere')));
    });
    expect(told).toEqual([
      expect.objectContaining({
        message: expect.stringMatching(
          /^second: expected a folder that no other run writes, got .*one, which process \d+ does; wait .*--out\.$/,
        ) as string,
      }),
      'elsewhere',
    ]);
    expect(await alone('fourth', folder, () => Promise.resolve(4))).toBe(4);
    expect(await readdir(parent)).toEqual([]); // what was made and got nothing has gone again
    await mkdir(folder, {recursive: true});
    expect(await alone('fifth', folder, () => Promise.resolve(5))).toBe(5);
    expect(await readdir(folder)).toEqual([]);
  });

  test('a folder that cannot be had is told, and what the run throws is passed on', async () => {
    await writeFile(join(parent, 'file'), '');
    await expect(alone('mine', join(parent, 'file', 'run'), () => Promise.resolve())).rejects.toThrow(
      /^mine: expected to write to .*run, got E.*; give a folder that you may write to as --out\.$/,
    );
    const failure = Object.assign(new Error('mine alone'), {code: 'EPERM'});
    await expect(alone('mine', parent, () => Promise.reject(failure))).rejects.toBe(failure);
  });
});

test('alone takes a lock that nobody wrote whole for damaged, and says so', async () => {
  const folder = join(parent, 'run');
  await mkdir(folder);
  await writeFile(join(folder, '.lock'), '');
  await expect(alone('mine', folder, () => Promise.resolve())).rejects.toThrow(
    /^mine: expected to write to .*run, got the damaged .*\.lock; remove it\.$/,
  );
}, 20_000);

describe('save', () => {
  const encoder = tfl.sequential({layers: [tfl.layers.dense({units: 2, inputShape: [3]})]});

  test('replaces an encoder', async () => {
    const directory = join(parent, 'encoder');
    for (const step of [1, 2]) expect(await save(encoder, directory, {step})).toBe(directory);
    const loaded = await loadEncoder(directory);
    expect(loaded.getUserDefinedMetadata()).toEqual({step: 2});
    loaded.dispose();
  });

  test('what is wrong elsewhere is told, and nothing is left', async () => {
    const directory = join(parent, 'encoder');
    await expect(save(encoder, directory, {wrong: 1n})).rejects.toThrow(TypeError);
    expect(await readdir(parent)).toEqual([]);
  });

  test('where that cannot be after all, writes beside it and says where', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const directory = join(parent, 'encoder');
    await mkdir(directory);
    await writeFile(join(directory, 'notes.txt'), 'mine');
    const other = await save(encoder, directory);
    expect(other.startsWith(`${directory}-`)).toBe(true);
    expect(existsSync(join(other, 'model.json'))).toBe(true);
    await writeFile(join(parent, 'file'), '');
    const elsewhere = await save(encoder, join(parent, 'file', 'encoder'));
    expect(elsewhere.startsWith(tmpdir())).toBe(true);
    expect(existsSync(join(elsewhere, 'weights.bin'))).toBe(true);
    expect(said.mock.calls.flat()).toEqual([
      expect.stringMatching(/notes\.txt; choose a directory of its own\. The encoder is in .*encoder-\w+ instead\.$/),
      expect.stringContaining(`The encoder is in ${elsewhere} instead.`),
    ]);
    said.mockRestore();
    await rm(elsewhere, {recursive: true});
  });
});
