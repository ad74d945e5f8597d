import {existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {cleanRunFolder, createRunFolder, presentFiles} from '../src/run-folder.js';

let parent = '';
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'quickstart-'));
});
afterEach(() => {
  rmSync(parent, {recursive: true});
});

test('a new run keeps what earlier ones left, and touches nothing else', () => {
  const path = join(parent, 'run');
  const fill = (text: string) => {
    mkdirSync(join(path, 'encoder'), {recursive: true});
    for (const name of ['summary.json', 'report.png', 'metrics.jsonl', 'encoder/model.json'])
      writeFileSync(join(path, name), text);
  };
  fill('first');
  writeFileSync(join(path, 'notes.txt'), 'mine');
  expect(createRunFolder(path).earlier).toBe(join(path, 'earlier-1'));
  expect(readdirSync(path).sort()).toEqual(['earlier-1', 'metrics.jsonl', 'notes.txt']);
  expect(readFileSync(join(path, 'metrics.jsonl'), 'utf8')).toBe('');
  fill('second');
  expect(createRunFolder(path).earlier).toBe(join(path, 'earlier-2'));
  for (const [place, text] of [
    ['earlier-1', 'first'],
    ['earlier-2', 'second'],
  ]) {
    expect(readdirSync(join(path, place)).sort()).toEqual(['encoder', 'metrics.jsonl', 'report.png', 'summary.json']);
    expect(readFileSync(join(path, place, 'encoder', 'model.json'), 'utf8')).toBe(text);
  }
  expect(createRunFolder(join(parent, 'other')).earlier).toBeUndefined();
});

test('records are there at once, one a line, and files whole', () => {
  const folder = createRunFolder(join(parent, 'run'));
  folder.record({step: 0, loss: 1.5});
  folder.record({step: 1, loss: 1.25});
  folder.write('summary.json', '{}');
  expect(readFileSync(join(folder.path, 'metrics.jsonl'), 'utf8')).toBe(
    '{"step":0,"loss":1.5}\n{"step":1,"loss":1.25}\n',
  );
  expect(readdirSync(folder.path).sort()).toEqual(['metrics.jsonl', 'summary.json']);
  expect(folder.present().map(file => file.split('/').at(-1))).toEqual(['metrics.jsonl', 'summary.json']);
});

test('hidden files that no run makes stay, whatever becomes of the run', () => {
  const path = join(parent, 'home');
  const hidden = ['.bashrc', '.encoder', '.git/config', '.part', '.ssh/id', '.summary.json'];
  for (const name of hidden) {
    mkdirSync(join(path, name, '..'), {recursive: true});
    writeFileSync(join(path, name), 'mine');
  }
  mkdirSync(join(path, '.encoder.aB3dE6/new'), {recursive: true});
  createRunFolder(path);
  cleanRunFolder(path);
  expect(existsSync(join(path, '.encoder.aB3dE6'))).toBe(false);
  for (const name of hidden) expect(readFileSync(join(path, name), 'utf8')).toBe('mine');
});

test('a run that came to nothing is not kept', () => {
  const path = join(parent, 'run');
  createRunFolder(path);
  expect(createRunFolder(path).earlier).toBeUndefined();
  expect(readdirSync(path)).toEqual(['metrics.jsonl']);
});

test('a folder that cannot be had is said, with what to do', () => {
  writeFileSync(join(parent, 'file'), '');
  expect(() => createRunFolder(join(parent, 'file', 'run'))).toThrow(/cannot write to .*file.run \(E.*may write to/);
});

test('what is half-written is removed, and a missing folder is no error', () => {
  const folder = createRunFolder(join(parent, 'run'));
  writeFileSync(join(folder.path, '.report.png.part'), 'half');
  cleanRunFolder(folder.path);
  expect(existsSync(join(folder.path, '.report.png.part'))).toBe(false);
  cleanRunFolder(join(parent, 'nowhere'));
  expect(presentFiles(join(parent, 'nowhere'))).toEqual([]);
});
