import {copyFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {build} from 'esbuild';
import {library} from '../../tsup.base.js';

const target = ['chrome110', 'firefox110', 'safari16.4'];

/** Bundles what runs in the pages of `serve` and of sites, each whole: a page from disk loads no modules. */
async function buildPages(): Promise<void> {
  await build({
    entryPoints: ['served.ts', 'site.ts', 'encoder.ts', 'style.css'].map(name => `src/search-page/browser/${name}`),
    outdir: 'dist/search-page',
    ...{bundle: true, minify: true, format: 'iife', platform: 'browser', conditions: ['browser'], target},
    ...{charset: 'ascii', legalComments: 'eof'},
    ...{logLevel: 'warning', logOverride: {'ignored-bare-import': 'silent'}},
  });
  const wasm = 'tfjs-backend-wasm-simd.wasm';
  const stock = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
  await copyFile(join(stock, wasm), join('dist/search-page', wasm));
}

export default library({
  entry: {index: 'src/index.ts', cli: 'src/cli.ts', report: 'src/report/index.ts'},
  onSuccess: buildPages,
});
