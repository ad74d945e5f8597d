/** `npm start`: makes the clone ready and runs the quickstart; what follows `--` goes to the quickstart. */
import {main, prepare, root, run, wantsNative} from './workspace.mjs';

await main(async args => {
  const named = args.find(arg => arg.startsWith('--backend='))?.slice('--backend='.length) ?? args[args.indexOf('--backend') + 1 || args.length];
  const setup = await prepare({native: wantsNative(named ?? process.env.CONTRASTIVE_BACKEND)});
  await run(process.execPath, [`${root}/examples/quickstart/dist/main.js`, ...args], {env: {CONTRASTIVE_SETUP_SECONDS: setup.toFixed(2)}});
});
