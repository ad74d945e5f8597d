/**
 * `npm run bench`: makes the clone ready and runs the benchmarks; `npm run bench -- step` runs one group, `--json FILE`
 * keeps the figures.
 */
import {prepare} from './prepare.mjs';
import {main, root, run, withKeptFlags} from './processes.mjs';

await main(async given => {
  const args = withKeptFlags('npm run bench', given, {json: true, repeats: true, quick: false, profile: false});
  await prepare({native: true});
  await run(process.execPath, [`${root}/bench/dist/main.js`, ...args]);
});
