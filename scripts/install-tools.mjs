/** Installs the tools of the tests that this machine lacks, by apt-get and as root: where changes are decided on. */
import {Failure, main, run} from './processes.mjs';
import {TOOLS, advice, missing} from './tools.mjs';

await main(async () => {
  const lacking = missing();
  if (lacking.length === 0) return;
  if (process.getuid?.() !== 0) throw new Failure(`${lacking.map(advice).join('\n')}\nOnly root may install.`);
  const packages = lacking.flatMap(tool => TOOLS[tool].debian);
  const options = {env: {DEBIAN_FRONTEND: 'noninteractive'}, quiet: true};
  await run('apt-get', ['update'], options);
  await run('apt-get', ['install', '--yes', '--no-install-recommends', ...packages], options);
  if (missing().length > 0) throw new Failure(missing().map(advice).join('\n'));
});
