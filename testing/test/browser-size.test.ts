import {gzipSync} from 'node:zlib';
import {expect, test} from 'vitest';
import {bundle} from '../browser/bundle.js';

/** What a page that pretrains imports. */
const imported = [
  'augment',
  'backend',
  'data',
  'losses',
  'moco',
  'optim',
  'projection-head',
  'resnet',
  'simclr',
  'train',
];
/** What these bring with them. */
const brought = ['internal', 'layers', 'momentum-queue'];

/** What it may take at most in bytes: minified, and as it travels. */
const most = {minified: 115_000, compressed: 45_000};

test('what pretraining in a browser needs of ours stays small, and has nothing of Node', async () => {
  const contents = imported.map(name => `export * from '@contrastive/${name}';`).join('\n');
  const {code, files, imports} = await bundle({stdin: {contents}, external: ['@tensorflow/*']});
  expect(Buffer.byteLength(code)).toBeLessThanOrEqual(most.minified);
  expect(gzipSync(code).length).toBeLessThanOrEqual(most.compressed);
  const folders = files
    .filter(file => file !== '<stdin>')
    .map(file => /^(?:packages\/)?([^/]+)\/src\//.exec(file)?.[1]);
  expect([...new Set(folders)].sort()).toEqual([...imported, ...brought].sort());
  expect(imports.filter(path => !path.startsWith('@tensorflow/tfjs'))).toEqual([]);
});
