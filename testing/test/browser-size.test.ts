import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import {expect, test} from 'vitest';
import {bundle} from '../browser/bundle.js';

/** Bytes of ours that a page may take which trains SimCLR and MoCo: minified, and compressed as it travels. */
const first = {minified: 80_000, compressed: 32_000};
/** The same for what wasm alone needs: its training kernels, which are loaded where it is asked for. */
const later = {minified: 12_000, compressed: 5_500};

const sizes = (texts: readonly string[]): {minified: number; compressed: number} => ({
  minified: texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0),
  compressed: texts.reduce((sum, text) => sum + gzipSync(text).length, 0),
});

test('what training in a browser needs of ours stays small, and has nothing of Node', async () => {
  const page = fileURLToPath(new URL('../browser/page.ts', import.meta.url));
  const made = await bundle({entryPoints: [page], external: ['@tensorflow/*'], splitting: true, outdir: '/'});
  for (const [got, most] of [
    [sizes([made.code]), first],
    [sizes(made.later), later],
  ]) {
    expect(got.minified).toBeLessThanOrEqual(most.minified);
    expect(got.compressed).toBeLessThanOrEqual(most.compressed);
  }
  const packages = made.files.flatMap(file => /^packages\/([^/]+)\//.exec(file)?.[1] ?? []);
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
  expect(made.imports.filter(path => !path.startsWith('@tensorflow/tfjs'))).toEqual([]);
});
