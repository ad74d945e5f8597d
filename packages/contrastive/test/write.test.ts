import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {writers} from '../src/commands/embed/write.js';

const golden = JSON.parse(readFileSync(new URL('golden/files.json', import.meta.url), 'utf8')) as {
  readonly npy: string;
};

test('.npy is byte for byte what numpy writes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'npy-'));
  onTestFinished(() => {
    rmSync(folder, {recursive: true});
  });
  const data = Float32Array.from({length: 15}, (_, i) => Math.fround(i - 7) / 3);
  const embedded = {data, rows: 3, columns: 5, names: ['a', 'b', 'c']};
  await writers['.csv'](join(folder, 'a.csv'), embedded);
  const features = readFileSync(join(folder, 'a.csv'), 'utf8');
  await writers['.npy'](join(folder, 'a.npy'), embedded);
  expect(readFileSync(join(folder, 'a.npy')).toString('base64')).toBe(golden.npy);
  expect(readFileSync(join(folder, 'a.npy.paths.csv'), 'utf8')).toBe('path\r\na\r\nb\r\nc\r\n');
  expect(readFileSync(join(folder, 'a.csv'), 'utf8')).toBe(features); // of the same name but for its ending
});
