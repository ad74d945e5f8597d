/**
 * `npm run check`: everything but the tests that must hold: types, lint, import directions, packages as published,
 * unused code, documented API.
 */
import {mkdirSync, mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {packages, prepare} from './prepare.mjs';
import {Failure, bin, main, pnpm, run, seconds} from './processes.mjs';

const STEPS = {
  format: () => bin('prettier', ['--check', '.', '--log-level=warn'], {quiet: true}),
  types: () => bin('tsc', ['--project', '.'], {quiet: true}),
  lint: () => bin('eslint', ['.', '--max-warnings=0'], {quiet: true}),
  kernels: () => run(process.execPath, ['scripts/augment-kernels.mjs', '--check'], {quiet: true}),
  imports: () => run(process.execPath, ['scripts/check-imports.mjs'], {quiet: true}),
  packages: published,
  unused: () => bin('knip', ['--no-config-hints'], {quiet: true}),
  docs: () => bin('typedoc', ['--emit', 'none'], {quiet: true}),
};

/** Packs every public package as npm would publish it, and lets publint and attw judge the tarballs. */
async function published() {
  const folder = mkdtempSync(join(tmpdir(), 'contrastive-pack-'));
  try {
    const open = packages().filter(({manifest}) => !manifest.private);
    mkdirSync(folder, {recursive: true});
    await pnpm(['--filter', './packages/*', '--recursive', 'pack', '--pack-destination', folder], {quiet: true});
    const tarballs = readdirSync(folder).filter(name => name.endsWith('.tgz'));
    if (tarballs.length !== open.length)
      throw new Failure(`${open.length} packages are public, but ${tarballs.length} were packed.`);
    for (const name of tarballs) {
      await bin('publint', [join(folder, name), '--strict'], {quiet: true});
      await bin('attw', [join(folder, name), '--profile', 'esm-only'], {quiet: true});
    }
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}

await main(async args => {
  const unknown = args.filter(name => !(name in STEPS));
  if (unknown.length > 0)
    throw new Failure(`There is no check called ${unknown.join(', ')}; there are ${Object.keys(STEPS).join(', ')}.`);
  await prepare({native: false});
  const failed = [];
  for (const name of args.length > 0 ? args : Object.keys(STEPS)) {
    const start = performance.now();
    try {
      await STEPS[name]();
      console.log(`${name.padEnd(10)} ${seconds(start).padStart(7)}`);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      console.error(`${name.padEnd(10)}  failed\n\n${error.message}\n`);
      failed.push(name);
    }
  }
  if (failed.length > 0) throw new Failure(`Not clean: ${failed.join(', ')}.`);
  console.log('All clean.');
});
