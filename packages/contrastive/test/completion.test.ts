import {spawnSync} from 'node:child_process';
import {expect, test} from 'vitest';
import {commands} from '../src/commands/index.js';
import {scripts} from '../src/program/completion.js';

/** What bash offers behind a line. */
function offered(...words: readonly string[]): string[] {
  const line = words.map(word => `'${word}'`).join(' ');
  const ask = `COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _contrastive; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const {stdout, stderr} = spawnSync('bash', ['--norc', '-c', `${scripts.bash(commands)}\n${ask}`], {encoding: 'utf8'});
  expect(stderr).toBe('');
  return stdout.split('\n').filter(word => word !== '');
}

test('bash completes commands and their flags', () => {
  expect(offered('contrastive', 'pre')).toEqual(['pretrain']);
  expect(offered('contrastive', 'pretrain', 'photos', '--lear')).toEqual(['--learning-rate']);
  expect(offered('contrastive', 'search', '--que')).toEqual(['--query']);
  expect(offered('contrastive', 'search', 'pho')).toEqual([]); // files, by bash itself
});

test('fish gets every command', () => {
  for (const {name} of commands) expect(scripts.fish(commands)).toContain(`-a ${name} `);
});
