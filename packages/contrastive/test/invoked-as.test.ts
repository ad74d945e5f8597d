import {delimiter, join, resolve, sep} from 'node:path';
import {expect, test} from 'vitest';
import {shell} from '../src/escape/shell.js';
import {invokedAs, typed} from '../src/program/invoked-as.js';

const project = resolve(sep, 'home', 'ada', 'project');
const programs = resolve(sep, 'usr', 'local', 'bin');
const links = join(project, 'node_modules', '.bin');
const packaged = join('node_modules', 'contrastive', 'bin', 'contrastive.js');

/** What a global install by pnpm, or on Windows, has beside its packages. */
const ownFolder = resolve(sep, 'home', 'ada', 'npm');
const launchers = [join(ownFolder, 'contrastive.cmd')];

const typedFor = (script: string | undefined, path: readonly string[] = [programs], folder = project): string =>
  invokedAs({script, path: path.join(delimiter), folder, exists: file => launchers.includes(file)});

test.each([
  ['a link of a project', join(links, 'contrastive')],
  ['a script that pnpm or Windows starts', join(project, packaged)],
  ['what npx has fetched', resolve(sep, 'home', 'ada', '.npm', '_npx', '1', 'node_modules', '.bin', 'contrastive')],
  ['a program that uses the package', join(project, 'main.mjs')],
  ['no script', undefined],
])('%s is typed with npx', (_, script) => {
  expect(typedFor(script)).toBe('npx contrastive');
  expect(typedFor(script, [links, programs])).toBe('npx contrastive'); // as scripts of npm have it
});

test('a program on the path is typed by its name', () => {
  expect(typedFor(join(programs, 'contrastive'))).toBe('contrastive');
  expect(typedFor(join(ownFolder, packaged), [programs, ownFolder])).toBe('contrastive');
});

test('a folder on the path that holds a project starts nothing', () => {
  const above = resolve(sep, 'home', 'ada');
  expect(typedFor(join(project, packaged), [above, project, '.'])).toBe('npx contrastive');
  expect(typedFor(join(links, 'contrastive'), [above])).toBe('npx contrastive');
});

test('a script of its own is typed by its path from here', () => {
  const script = join(project, 'packages', 'contrastive', 'bin', 'contrastive.js');
  expect(typedFor(script)).toBe(`node ${shell(join('packages', 'contrastive', 'bin', 'contrastive.js'))}`);
  expect(typedFor(script, [], join(project, 'packages', 'contrastive'))).toBe(
    `node ${shell(join('bin', 'contrastive.js'))}`,
  );
  expect(typedFor(script, [], resolve(sep, 'elsewhere'))).toBe(`node ${shell(script)}`);
  const apart = resolve(sep, 'my code', 'contrastive', 'bin', 'contrastive.js');
  expect(typedFor(apart)).toBe(`node ${shell(apart)}`);
});

test('only the program at the begin of a command is put', () => {
  expect(typed('contrastive probe contrastive run')).toBe('npx contrastive probe contrastive run');
  expect(typed('contrastive-backend doctor')).toBe('contrastive-backend doctor');
});
