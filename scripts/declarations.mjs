/**
 * The types of the packages, by one compiler for all of them: bundling those of each package by itself takes four times
 * as long. A package gets the declarations that its entries lead to, beside its modules in `dist`.
 */
import {copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync} from 'node:fs';
import {dirname, join, relative} from 'node:path';
import {Failure, bin, root} from './processes.mjs';

const config = 'tsconfig.declarations.json';
/** Where the compiler leaves them: `outDir` of its settings. */
const compiled = join(root, 'node_modules/.cache/declarations');

/** The entries of a package that have types, as paths of its folder. */
const entriesOf = ({manifest}) =>
  Object.values(manifest.exports ?? {}).flatMap(({types}) => (types === undefined ? [] : [types]));

/** The declarations that one refers to by relative paths. */
function referred(file) {
  const specifiers = readFileSync(file, 'utf8').matchAll(/(?:from|import\(|import) ?['"](\.[^'"]+)\.(m?)js['"]/g);
  return [...specifiers].map(([, path, m]) => join(dirname(file), `${path}.d.${m}ts`));
}

/** The declarations of a package, by where they come to lie in its `dist`. */
function declarationsOf(one) {
  const source = join(one.folder, 'src');
  const made = join(compiled, relative(root, source));
  const found = new Map();
  const visit = name => {
    if (found.has(name)) return;
    const written = join(source, name); // by hand, beside a module in JavaScript
    // One whose module is gone may still lie where the compiler left it.
    if (!existsSync(written) && !existsSync(join(source, name.replace(/\.d\.ts$/, '.ts'))))
      throw new Failure(`${one.name}: expected the source of ${name} in src, to which its types lead, got none.`);
    const path = existsSync(written) ? written : join(made, name);
    found.set(name, path);
    for (const other of referred(path)) visit(relative(path === written ? source : made, other));
  };
  for (const entry of entriesOf(one)) visit(relative('dist', entry));
  return found;
}

/** Whether packages lack the types of an entry. */
export const undeclared = packages =>
  packages.some(one => entriesOf(one).some(entry => !existsSync(join(one.folder, entry))));

/** Copies what differs, and removes what is of modules that are gone. */
function put(found, dist) {
  for (const name of readdirSync(dist, {recursive: true}))
    if (/\.d\.m?ts$/.test(name) && !found.has(name)) rmSync(join(dist, name));
  for (const [name, path] of found) {
    const target = join(dist, name);
    if (existsSync(target) && readFileSync(target).equals(readFileSync(path))) continue;
    mkdirSync(dirname(target), {recursive: true});
    copyFileSync(path, target);
  }
}

/**
 * Compiles and copies the declarations of all packages.
 *
 * @param again Whether the compiler ended the last time; else what it left may not be what it believes it to be.
 */
export async function declare(packages, again) {
  if (!again) rmSync(compiled, {recursive: true, force: true});
  await bin('tsc', ['--project', config], {quiet: true});
  for (const one of packages) put(declarationsOf(one), join(one.folder, 'dist'));
}
