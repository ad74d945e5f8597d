/**
 * Holds what lies in .github: workflows by the schema of GitHub Actions, forms and settings as YAML; and that every
 * command of npm that they run is one of ours.
 */
import {readFileSync, readdirSync} from 'node:fs';
import {join, relative} from 'node:path';
import {validateWorkflow} from '@action-validator/core';
import {parse} from 'yaml';
import {Failure, main, root} from './processes.mjs';

await main(() => {
  const {scripts} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const known = new Set([...Object.keys(scripts).map(name => `run ${name}`), 'test', 'start', 'ci']);
  const files = readdirSync(join(root, '.github'), {withFileTypes: true, recursive: true})
    .filter(entry => entry.isFile() && entry.name.endsWith('.yml'))
    .map(entry => join(entry.parentPath, entry.name));
  const wrong = [];
  for (const file of files) {
    const name = relative(root, file).replaceAll('\\', '/');
    const text = readFileSync(file, 'utf8');
    try {
      parse(text);
    } catch (error) {
      wrong.push(`${name}: ${error.message}`);
      continue;
    }
    if (!name.startsWith('.github/workflows/')) continue;
    for (const error of validateWorkflow(text).errors) wrong.push(`${name}: ${JSON.stringify(error)}`);
    for (const [, command] of text.matchAll(/\bnpm (run \S+|test|start|ci)/g))
      if (!known.has(command)) wrong.push(`${name}: expected a command of package.json, got npm ${command}.`);
  }
  if (!files.some(file => file.includes('workflows'))) wrong.push('.github/workflows: expected workflows, got none.');
  if (wrong.length > 0) throw new Failure(wrong.join('\n'));
});
