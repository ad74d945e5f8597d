import {expect, test} from 'vitest';
import {bundle} from '../browser/bundle.js';

/** Bytes of ours, minified, that a page may take which trains SimCLR and MoCo. */
const MOST = 100_000;
/**
 * The same for what is loaded where it is asked for: kernels for wasm, streams, substitutes, micro-batches, guards, and
 * what only several processes need, which no page asks for.
 */
const MOST_LATER = 22_000;
/** Both as they travel, by gzip; chunks that several parts share count too. */
const [MOST_COMPRESSED, MOST_LATER_COMPRESSED] = [44_200, 10_900];

test('what training in a browser needs of ours stays small, and has nothing of Node', async () => {
  const entryPoints = ['testing/browser/page.ts'];
  const {bytes, compressed, files, imports} = await bundle({
    entryPoints,
    external: ['@tensorflow/*'],
    splitting: true,
    outdir: '/',
  });
  expect(bytes.first).toBeLessThanOrEqual(MOST);
  expect(bytes.later).toBeLessThanOrEqual(MOST_LATER);
  expect(compressed.first).toBeLessThanOrEqual(MOST_COMPRESSED);
  expect(compressed.later).toBeLessThanOrEqual(MOST_LATER_COMPRESSED);
  const packages = files.flatMap(file => /^packages\/([^/]+)\//.exec(file)?.[1] ?? []);
  expect([...new Set(packages)].sort()).toEqual([
    'augment',
    'backend',
    'data',
    'internal',
    'layers',
    'losses',
    'moco',
    'momentum-queue',
    'optim',
    'projection-head',
    'resnet',
    'simclr',
    'train',
  ]);
  expect(imports.filter(path => !path.startsWith('@tensorflow/tfjs'))).toEqual([]);
});
