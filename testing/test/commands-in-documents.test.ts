import {readdirSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {commands} from '../../packages/contrastive/src/commands/index.js';
import {resolveValues} from '../../packages/contrastive/src/configuration/resolve.js';
import {buildProgram, type Asked} from '../../packages/contrastive/src/program/build.js';
import {read} from '../../scripts/guides.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const documents = [
  'README.md',
  ...readdirSync(`${root}docs`)
    .filter(name => name.endsWith('.md'))
    .map(name => `docs/${name}`),
  ...readdirSync(`${root}packages`).map(name => `packages/${name}/README.md`),
];

/** The commands that a document has, in blocks and in sentences, without their comments. */
const commandsIn = (path: string): string[] =>
  [...read(path).matchAll(/npx contrastive ([^`#\n]+)/g)].map(([, command]) => command.trim());

describe.each(documents.filter(path => commandsIn(path).length > 0))('%s', path => {
  test.each(commandsIn(path))('contrastive %s', async command => {
    let asked: Asked | undefined;
    const program = buildProgram(commands, '0.0.0', found => {
      asked = found;
    });
    await program.parseAsync(command.replaceAll("'", '').split(/\s+/), {from: 'user'});
    expect(asked?.command.name).toBe(command.split(' ')[0]);
    if (!asked || 'config' in asked.given) return; // a file that is not there
    const {name, settings} = asked.command;
    expect(Object.keys(await resolveValues(name, settings, asked.given))).toEqual(Object.keys(asked.given));
  });
});

test('the README and the guide of images have commands', () => {
  for (const path of ['README.md', 'docs/your-images.md', 'packages/contrastive/README.md'])
    expect(commandsIn(path).length).toBeGreaterThan(2);
});
