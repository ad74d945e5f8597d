import {execFile} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {expect, test} from 'vitest';

const run = promisify(execFile);
const processes = new URL('../../scripts/processes.mjs', import.meta.url).href;
const flags = {seed: true, out: true, smoke: false, 'long-name': false};

/** What a root command makes of its arguments, in a process of its own, with what npm kept of them. */
async function withKept(args: readonly string[], kept: Readonly<Record<string, string>>): Promise<unknown> {
  const script = `
    import {withKeptFlags} from ${JSON.stringify(processes)};
    try {
      console.log(JSON.stringify(withKeptFlags('npm start', ${JSON.stringify(args)}, ${JSON.stringify(flags)})));
    } catch (error) {
      console.log(JSON.stringify(error.message));
    }`;
  const env = {
    ...process.env,
    npm_config_seed: '',
    npm_config_out: '',
    npm_config_smoke: '',
    npm_config_require_tools: '',
    ...kept,
  };
  const {stdout} = await run(process.execPath, ['--input-type=module', '-e', script], {
    env,
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
  });
  return JSON.parse(stdout);
}

test('what npm keeps for itself where no -- stands before it is a flag all the same', async () => {
  expect(await withKept([], {npm_config_smoke: 'true'})).toEqual(['--smoke']);
  expect(await withKept([], {npm_config_seed: '3'})).toEqual(['--seed=3']);
  expect(await withKept([], {npm_config_long_name: 'true'})).toEqual(['--long-name']);
  expect(await withKept(['--out', 'here'], {npm_config_smoke: 'true'})).toEqual(['--out', 'here', '--smoke']);
});

test('what stands after -- counts, and what is not ours does not', async () => {
  expect(await withKept(['--seed=4'], {npm_config_seed: '3'})).toEqual(['--seed=4']);
  expect(await withKept(['--smoke'], {npm_config_smoke: 'true', npm_config_registry: 'x'})).toEqual(['--smoke']);
  expect(await withKept([], {npm_config_smoke: 'false'})).toEqual([]);
});

test('a value that npm took apart from its flag is refused with the command to type', async () => {
  // npm start --seed 3
  expect(await withKept(['3'], {npm_config_seed: 'true'})).toBe(
    'npm kept --seed for itself; put -- before it: npm start -- --seed …',
  );
});
