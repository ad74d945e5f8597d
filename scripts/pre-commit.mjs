/**
 * Holds files that are about to be committed to the format, and to those rules of the linter that need no types, so
 * that it takes a few seconds; `npm run check` is all of it. It looks at the files as they are on the disk.
 */
import {execFileSync} from 'node:child_process';
import {Failure, bin, main, root} from './processes.mjs';

await main(async () => {
  const staged = execFileSync('git', ['diff', '--cached', '--name-only', '--diff-filter=ACMR', '-z'], {cwd: root})
    .toString()
    .split('\0')
    .filter(Boolean);
  if (staged.length === 0) return;
  const found = [];
  const check = async (name, args, env = {}) => {
    const {code, output} = await bin(name, args, {quiet: true, allowFailure: true, env});
    if (code !== 0) found.push(output.trim());
  };
  await check('prettier', ['--check', '--ignore-unknown', '--log-level=warn', ...staged]);
  const linted = staged.filter(file => /\.(ts|js|mjs)$/.test(file));
  if (linted.length > 0)
    await check('eslint', ['--max-warnings=0', '--no-warn-ignored', ...linted], {CONTRASTIVE_LINT: 'quick'});
  if (found.length > 0) throw new Failure(`${found.join('\n')}\nnpm run format mends the format.`);
});
