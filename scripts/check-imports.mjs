/**
 * Holds the direction of imports, as scripts/arrows.mjs has it: each import of another package is allowed, declared in
 * the importer's package.json, and of types alone or dynamic where the arrow says so; what runs anywhere imports
 * nothing of Node; no package of ours is a peer of another; what a README imports, its install line names.
 */
import {existsSync, readFileSync, readdirSync} from 'node:fs';
import {isBuiltin} from 'node:module';
import {join, relative, sep} from 'node:path';
import {ANYWHERE, ARROWS, importsIn, target} from './arrows.mjs';
import {blocksOf, installedBy} from './guides.mjs';
import {Failure, main, root} from './processes.mjs';

/** What is wrong with one import of a file, undefined when nothing is. */
function problem(name, manifest, file, {specifier, typeOnly, dynamic}) {
  const source = join(root, 'packages', name, 'src');
  const path = specifier.startsWith('.') ? join(file, '..', specifier) : undefined;
  if (path && !path.startsWith(source)) return `'${specifier}' leaves the package.`;
  const inNode = one => /^node(\.|$)/.test(relative(source, one).split(sep)[0]);
  const ofNode = path ? inNode(path) : isBuiltin(specifier) || specifier.endsWith('/node');
  if (ofNode && ANYWHERE.includes(name) && !inNode(file))
    return `'${specifier}' is of Node, and ${name} runs anywhere.`;
  if (path || isBuiltin(specifier)) return undefined;
  const {dependency, ours} = target(specifier);
  const {dependencies = {}, peerDependencies = {}, devDependencies = {}} = manifest;
  const has = arrow => ARROWS[name].imports.includes(arrow);
  if (ours !== undefined && has(`optional:${ours}`)) {
    if (!(dependency in devDependencies) || dependency in dependencies)
      return `'${dependency}' must be in the package's devDependencies, and nowhere else.`;
    return dynamic || typeOnly ? undefined : `'${specifier}' must be a dynamic import.`;
  }
  if (!(dependency in {...dependencies, ...peerDependencies}))
    return `'${dependency}' is not in the package's dependencies or peers.`;
  if (ours === undefined || has(ours)) return undefined;
  if (!has(`type:${ours}`)) return `${name} may not import ${ours}.`;
  return typeOnly ? undefined : `${name} may import only types of ${ours}: write \`import type\`.`;
}

/** What is wrong with one package's imports, a line each. */
function problems(name) {
  const folder = join(root, 'packages', name);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const found = Object.keys(manifest.peerDependencies ?? {})
    .filter(peer => target(peer).ours)
    .map(peer => `packages/${name}/package.json: '${peer}' is a peer; a package of ours must be a dependency.`);
  if (!ARROWS[name]) return [...found, `packages/${name} has no entry in scripts/arrows.mjs: say what it may import.`];
  for (const entry of readdirSync(join(folder, 'src'), {withFileTypes: true, recursive: true})) {
    if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
    const file = join(entry.parentPath, entry.name);
    for (const one of importsIn(readFileSync(file, 'utf8'))) {
      const wrong = problem(name, manifest, file, one);
      if (wrong) found.push(`${relative(root, file)}: ${wrong}`);
    }
  }
  return found;
}

/** What the code in a package's README imports and its install line does not name, a line each. */
function uninstalled(name) {
  const path = `packages/${name}/README.md`;
  const installed = installedBy(path);
  const code = blocksOf(path).flatMap(({language, code}) => (/^(ts|js)$/.test(language) ? [code] : []));
  const imported = importsIn(code.join('\n')).filter(({specifier}) => !/^\.|^node:/.test(specifier));
  return [...new Set(imported.map(({specifier}) => target(specifier).dependency))]
    .filter(dependency => !installed.includes(dependency))
    .map(dependency => `${path}: '${dependency}' is imported, and not in its install line.`);
}

await main(() => {
  const names = readdirSync(join(root, 'packages')).filter(name =>
    existsSync(join(root, 'packages', name, 'package.json')),
  );
  const found = names.flatMap(name => [...problems(name), ...uninstalled(name)]);
  for (const [name, {imports, anywhere}] of Object.entries(ARROWS)) {
    if (!names.includes(name)) found.push(`scripts/arrows.mjs: there is no packages/${name}.`);
    const heavy = imports.filter(other => anywhere && !ANYWHERE.includes(other.replace(/^type:/, '')));
    if (heavy.length > 0) found.push(`scripts/arrows.mjs: ${name} runs anywhere, but not ${heavy.join(', ')}.`);
  }
  if (found.length > 0) throw new Failure(found.join('\n'));
});
