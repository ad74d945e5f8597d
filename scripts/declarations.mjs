/**
 * The types of the packages, by one compiler for all of them: bundling those of each package by itself takes four times
 * as long. A package gets the declarations that its entries lead to, beside its modules in `dist`.
 */
import {copyFileSync, existsSync, mkdirSync, readFileSync} from 'node:fs';
import {dirname, join, relative} from 'node:path';
import {bin, root} from './processes.mjs';

const config = 'tsconfig.declarations.json';
/** Where the compiler leaves them: `outDir` of its settings. */
const compiled = join(root, 'node_modules/.cache/declarations');

/** The entries of a package that have types, as paths of its folder. */
const entriesOf = ({manifest}) =>
  Object.values(manifest.exports ?? {}).flatMap(({types}) => (types === undefined ? [] : [types]));

/** The declarations of this package that one of them refers to. */
function referred(file) {
  const specifiers = readFileSync(file, 'utf8').matchAll(/(?:from|import\() ?['"](\.[^'"]+)\.(m?)js['"]/g);
  return [...specifiers].map(([, path, m]) => join(dirname(file), `${path}.d.${m}ts`));
}

/** The declarations of a package, by where they come to lie in its `dist`. */
function declarationsOf(one) {
  const source = join(one.folder, 'src');
  const made = join(compiled, relative(root, source));
  const found = new Map();
  const visit = file => {
    const name = relative(made, file);
    if (found.has(name)) return;
    const written = join(source, name); // by hand, beside a module in JavaScript
    const path = existsSync(written) ? written : file;
    found.set(name, path);
    if (path === file) referred(file).forEach(visit);
  };
  for (const entry of entriesOf(one)) visit(join(made, relative('dist', entry)));
  return found;
}

/** Whether packages lack the types of an entry. */
export const undeclared = packages =>
  packages.some(one => entriesOf(one).some(entry => !existsSync(join(one.folder, entry))));

/** Compiles and copies the declarations of all packages. */
export async function declare(packages) {
  await bin('tsc', ['--project', config], {quiet: true});
  for (const one of packages)
    for (const [name, path] of declarationsOf(one)) {
      const target = join(one.folder, 'dist', name);
      mkdirSync(dirname(target), {recursive: true});
      copyFileSync(path, target);
    }
}
