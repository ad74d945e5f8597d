/**
 * `npm run bench`: makes the clone ready and runs the benchmarks; `npm run bench -- step` runs one group, `--json FILE`
 * keeps the figures.
 */
import {prepare} from './prepare.mjs';
import {main, root, run} from './processes.mjs';

await main(async args => {
  await prepare({native: true});
  await run(process.execPath, [`${root}/bench/dist/main.js`, ...args]);
});
