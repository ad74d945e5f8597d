/** `npm start`: makes the clone ready and runs the quickstart; what follows `--` goes to the quickstart. */
import {prepare, wantsNative} from './prepare.mjs';
import {main, root, run, withKeptFlags} from './processes.mjs';

const flags = {seed: true, epochs: true, backend: true, out: true, smoke: false, quick: false};

await main(async given => {
  const args = withKeptFlags('npm start', given, flags);
  const named =
    args.find(arg => arg.startsWith('--backend='))?.slice('--backend='.length) ??
    args[args.indexOf('--backend') + 1 || args.length];
  const {seconds} = await prepare({
    native: wantsNative(named ?? process.env.CONTRASTIVE_BACKEND) && !args.includes('--help'),
  });
  await run(process.execPath, [`${root}/examples/quickstart/dist/main.js`, ...args], {
    program: true,
    env: {CONTRASTIVE_SETUP_SECONDS: seconds.toFixed(2)},
  });
});
